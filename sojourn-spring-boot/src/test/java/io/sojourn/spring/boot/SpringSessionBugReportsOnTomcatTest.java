package io.sojourn.spring.boot;

class SpringSessionBugReportsOnTomcatTest extends SpringSessionBugReports {

    SpringSessionBugReportsOnTomcatTest() {
        super("tomcat");
    }
}
