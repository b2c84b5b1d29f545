package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** More session cookies than are tried: a neighbouring host plants them, so that the visitor's own comes too late. */
@ExtendWith(OutputCaptureExtension.class)
class WebFluxPlantedCookiesTest {

    private static String planted(int number) {
        SessionManager elsewhere = SessionManager.create(new MemoryStore());
        return Stream.generate(() -> "SESSION=" + elsewhere.create().token().reveal())
                .limit(number)
                .collect(Collectors.joining("; "));
    }

    @Test
    void itIsSaidOnceInTheLogAndNoCookieIsSet(CapturedOutput output) {
        try (Node node = Node.startReactive("sojourn.store=memory")) {
            Browser browser = new Browser(List.of(node));
            browser.get("/csrf", "Cookie", planted(4));
            assertThat(browser.received()).as("all were tried").hasSize(1);
            browser.cookies().clear();
            assertThat(output.getAll()).doesNotContain("session cookies");
            browser.get("/csrf", "Cookie", planted(5));
            browser.get("/csrf", "Cookie", planted(6));
            assertThat(browser.received()).hasSize(1);
            assertThat(output.getAll().lines().filter(line -> line.contains("more than 4 session cookies")))
                    .singleElement()
                    .asString()
                    .contains("WARN", "no cookie is set");
        }
    }
}
