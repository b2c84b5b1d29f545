package io.sojourn.spring.boot;

/** The scenarios on Jetty. */
class ScenariosOnJettyTest extends Scenarios {

    ScenariosOnJettyTest() {
        super("test.server=jetty");
    }
}
