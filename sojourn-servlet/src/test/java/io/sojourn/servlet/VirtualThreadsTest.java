package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the kind of threads is the one that this run is meant for. */
class VirtualThreadsTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void requestsRunOnTheThreadsThatThisRunIsFor() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.getWriter().print(isVirtual(Thread.currentThread()));
        });
        boolean meant = System.getProperty("sojourn.threads", "platform").equals("virtual");
        assertThat(site.browser().get("/").body()).isEqualTo(String.valueOf(meant));
    }

    /** {@code Thread.isVirtual}, which came after the oldest Java that is supported. */
    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return Runtime.version().feature() >= 21
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }
}
