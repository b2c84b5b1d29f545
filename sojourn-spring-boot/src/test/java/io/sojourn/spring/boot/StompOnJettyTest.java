package io.sojourn.spring.boot;

import org.junit.jupiter.api.Tag;

/** On Jetty, which leaves it to the application. */
@Tag("any-jdk") // The JDK changes nothing here.
class StompOnJettyTest extends StompScenarios {

    StompOnJettyTest() {
        super("jetty");
    }
}
