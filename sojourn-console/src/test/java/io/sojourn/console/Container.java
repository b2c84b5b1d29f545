package io.sojourn.console;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A running container for HTTP/1.1 and 2 on a free port of 127.0.0.1 with a servlet at {@code /ops/console/*}. */
interface Container extends AutoCloseable {

    int port();

    @Override
    void close();

    static Container start(String name, Servlet servlet) throws Exception {
        return switch (name) {
            case "tomcat" -> tomcat(servlet);
            case "jetty" -> jetty(servlet);
            default -> throw new IllegalArgumentException("There is no container " + name);
        };
    }

    private static Container tomcat(Servlet servlet) throws IOException, LifecycleException {
        Path folder = Files.createTempDirectory("tomcat");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        Context context = tomcat.addContext("/ops", null);
        Tomcat.addServlet(context, "console", servlet).addMapping("/console/*");
        tomcat.start();
        return new Container() {
            @Override
            public int port() {
                return tomcat.getConnector().getLocalPort();
            }

            @Override
            public void close() {
                try (Stream<Path> files = Files.walk(folder)) {
                    tomcat.stop();
                    tomcat.destroy();
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                } catch (LifecycleException | IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private static Container jetty(Servlet servlet) throws Exception {
        Server server = new Server();
        HttpConfiguration configuration = new HttpConfiguration();
        ServerConnector connector = new ServerConnector(
                server, new HttpConnectionFactory(configuration), new HTTP2CServerConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler handler = new ServletContextHandler("/ops", ServletContextHandler.SESSIONS);
        handler.addServlet(new ServletHolder(servlet), "/console/*");
        server.setHandler(handler);
        server.start();
        return new Container() {
            @Override
            public int port() {
                return connector.getLocalPort();
            }

            @Override
            public void close() {
                try {
                    server.stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
