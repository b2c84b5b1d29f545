package io.sojourn.spring.boot;

/** On Tomcat, which ties such a WebSocket to its session by itself. */
class StompOnTomcatTest extends StompScenarios {

    StompOnTomcatTest() {
        super("tomcat");
    }
}
