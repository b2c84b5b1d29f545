package io.sojourn.spring.boot;

/** The scenarios on Tomcat. */
class ScenariosOnTomcatTest extends Scenarios {

    ScenariosOnTomcatTest() {
        super("test.server=tomcat");
    }
}
