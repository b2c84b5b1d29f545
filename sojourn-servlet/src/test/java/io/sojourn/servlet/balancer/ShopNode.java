package io.sojourn.servlet.balancer;

import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * A server of an application: Tomcat with HTTP and AJP on free ports. {@code /in?user=} signs in; {@code /} tells the user and
 * counts the visits of the session. Each response names the server, and the session cookie that the server was sent.
 */
final class ShopNode implements AutoCloseable {

    static final String NODE = "Node";
    static final String COOKIE_SENT = "Cookie-Sent";

    private final Tomcat tomcat = new Tomcat();
    private final RedisStore store;
    private final Connector ajp = new Connector("AJP/1.3");

    ShopNode(String name, String redis, Path directory) throws LifecycleException {
        store = RedisStore.builder().uri(redis).timeout(Duration.ofSeconds(10)).connect();
        tomcat.setBaseDir(directory.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        ajp.setPort(0);
        ajp.setProperty("address", "127.0.0.1");
        ajp.setProperty("secretRequired", "false");
        tomcat.getService().addConnector(ajp);
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer((classes, servlets) -> setUp(servlets, name), Set.of());
        tomcat.start();
    }

    private void setUp(ServletContext context, String name) {
        context.addFilter("sojourn", new SojournFilter(SessionManager.create(store)))
                .addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        context.addServlet("shop", new Shop(name)).addMapping("/*");
    }

    int httpPort() {
        return tomcat.getConnector().getLocalPort();
    }

    int ajpPort() {
        return ajp.getLocalPort();
    }

    /** Stops it; its sessions stay where they are. */
    @Override
    public void close() throws LifecycleException {
        if (tomcat.getServer().getState() != LifecycleState.DESTROYED) {
            tomcat.stop();
            tomcat.destroy();
            store.close();
        }
    }

    private static final class Shop extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final String name;

        Shop(String name) {
            this.name = name;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader(NODE, name);
            if (request.getHeader("Cookie") != null) {
                response.setHeader(COOKIE_SENT, request.getHeader("Cookie"));
            }
            HttpSession session = request.getSession();
            String user = request.getParameter("user");
            if (user != null) {
                SojournFilter.session(session).orElseThrow().signIn(user);
            }
            int visits = session.getAttribute("visits") instanceof Integer count ? count + 1 : 1;
            session.setAttribute("visits", visits);
            response.getWriter()
                    .print(SojournFilter.session(session)
                                    .flatMap(own -> own.principal())
                                    .orElse("nobody")
                            + " " + visits);
        }
    }
}
