package io.sojourn.spring.boot;

/** The scenarios on Tomcat. */
class ScenariosOnTomcatTest extends Scenarios {

    ScenariosOnTomcatTest() {
        super(Nodes.start("test.server=tomcat"));
    }
}
