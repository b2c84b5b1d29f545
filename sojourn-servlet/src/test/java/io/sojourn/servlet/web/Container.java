package io.sojourn.servlet.web;

/** A running servlet container on a free port of 127.0.0.1. */
interface Container {

    /** Which one the tests run in: the same tests run in all. */
    String NAME = System.getProperty("sojourn.container", "tomcat");

    static Container start(WebApplication application) throws Exception {
        return switch (NAME) {
            case "tomcat" -> new TomcatContainer(application);
            case "jetty-ee10" -> new JettyEe10Container(application);
            case "jetty-ee11" -> new JettyEe11Container(application);
            case "undertow" -> new UndertowContainer(application);
            default -> throw new IllegalArgumentException("There is no container " + NAME);
        };
    }

    int port();

    void close() throws Exception;
}
