package io.sojourn.spring.boot;

/** The scenarios on Jetty, and on virtual threads where the JDK has them. */
class ScenariosOnJettyTest extends Scenarios {

    ScenariosOnJettyTest() {
        super(Nodes.start("test.server=jetty", "spring.threads.virtual.enabled=true"));
    }
}
