package io.sojourn.spring.boot;

class SpringSessionBugReportsOnJettyTest extends SpringSessionBugReports {

    SpringSessionBugReportsOnJettyTest() {
        super("jetty");
    }
}
