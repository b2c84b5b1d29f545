package io.sojourn.benchmarks.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.nio.file.Files;
import java.util.EnumSet;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The server process: Tomcat on a free port, which it prints. Ends with its standard input, and so with the process that has
 * started it.
 */
public final class HttpNode {

    private HttpNode() {}

    /** Takes the system and the URI of Redis. */
    @SuppressWarnings("SystemOut") // It is how the parent process learns of the port.
    public static void main(String[] arguments) throws Exception {
        HttpSystem system = HttpSystem.named(arguments[0]);
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("bench-tomcat").toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("keepAliveTimeout", "-1"); // While it is the others' turn.
        connector.setProperty("connectionTimeout", "-1"); // While the others start.
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer((classes, to) -> deploy(to, system, arguments[1]), null);
        tomcat.start();
        System.out.println(connector.getLocalPort());
        while (System.in.read() >= 0) {
            // Wait for the parent to go.
        }
        System.exit(0);
    }

    private static void deploy(ServletContext context, HttpSystem system, String redisUri) {
        system.filter(redisUri).ifPresent(sessions -> {
            FilterRegistration.Dynamic filter = context.addFilter("sessions", sessions);
            filter.setAsyncSupported(true);
            filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/app/*");
        });
        context.addServlet("work", new WorkServlet()).addMapping("/app/*");
        context.addServlet("counters", new CountersServlet()).addMapping("/counters");
        context.addServlet("recording", new RecordingServlet()).addMapping("/recording/*");
    }
}
