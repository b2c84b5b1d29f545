package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The scenarios on virtual threads of Tomcat. */
@Tag("virtual-threads")
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "has no virtual threads")
class ScenariosOnTomcatVirtualThreadsTest extends Scenarios {

    ScenariosOnTomcatVirtualThreadsTest() {
        super("test.server=tomcat", "spring.threads.virtual.enabled=true");
    }

    @Test
    void requestsRunOnVirtualThreads() {
        assertThat(browser().get("/public/thread").body()).startsWith("VirtualThread[");
    }
}
