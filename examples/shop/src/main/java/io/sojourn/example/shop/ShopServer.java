package io.sojourn.example.shop;

import static java.util.Map.entry;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.example.shop.Answer.Endpoint;
import io.sojourn.example.shop.settings.NodeSettings;
import io.sojourn.example.shop.settings.RedisSettings;
import io.sojourn.http.SessionCookie;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;

/** Tomcat with the shop in it. The sessions are in Redis: this is all that it takes. */
final class ShopServer implements AutoCloseable {

    // What is read of a body that was refused, so that the client gets to read why.
    private static final int SWALLOWED = 16 * 1024 * 1024;

    private static final Duration PATIENCE_WITH_REDIS = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Tomcat tomcat = new Tomcat();
    private final RedisStore store;
    private final RedisPanel panel;

    private ShopServer(NodeSettings node, RedisStore store) throws IOException {
        this.store = store;
        this.panel = new RedisPanel(node);
        tomcat.setBaseDir(node.directory().path().toString());
        tomcat.setConnector(connector(node.port()));
        StandardHost host = (StandardHost) tomcat.getHost();
        host.setErrorReportValveClass("");
        host.getPipeline().addValve(new ErrorValve());
        Context shop = tomcat.addContext("", null);
        SessionManager sessions = SessionManager.create(
                store, SessionSettings.builder().endEvents(node.endEvents()).build());
        ShopServlet servlet = new ShopServlet(endpoints(node, sessions), Page.load(node.port()));
        shop.addServletContainerInitializer((classes, context) -> deploy(context, sessions, servlet), null);
    }

    /** What an application does to have its sessions in Redis. */
    private static void deploy(ServletContext context, SessionManager sessions, ShopServlet servlet) {
        // A name of its own: browsers do not tell the ports of a host apart, and other servers here may say JSESSIONID.
        SojournFilter sojourn = SojournFilter.builder(sessions)
                .cookie(SessionCookie.builder().build())
                .build();
        FilterRegistration.Dynamic filter = context.addFilter("sojourn", sojourn);
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        context.addServlet("shop", servlet).addMapping("/");
    }

    /**
     * Starts to serve.
     *
     * @throws StoreUnavailableException if Redis does not answer
     * @throws LifecycleException if the port is taken
     */
    static ShopServer start(NodeSettings node) throws IOException, LifecycleException {
        RedisStore store = RedisSettings.open(node.redis(), RedisStore.DEFAULT_TIMEOUT);
        awaitAnswer(store);
        ShopServer server = new ShopServer(node, store);
        server.tomcat.start();
        return server;
    }

    /** The store's own deadline is for a node that runs; one that starts, with others beside it, may need longer. */
    private static void awaitAnswer(RedisStore store) {
        long start = System.nanoTime();
        while (true) {
            try {
                store.ping();
                return;
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - start > PATIENCE_WITH_REDIS.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static Connector connector(int port) {
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("bindOnInit", "true");
        connector.setProperty("maxSwallowSize", String.valueOf(SWALLOWED));
        connector.setThrowOnFailure(true);
        return connector;
    }

    private Map<String, Map<String, Endpoint>> endpoints(NodeSettings node, SessionManager manager) {
        SessionEndpoints sessions = new SessionEndpoints(node.name());
        DeviceEndpoints devices = new DeviceEndpoints(manager);
        FleetEndpoint fleet = new FleetEndpoint(node);
        AliveEndpoint alive = new AliveEndpoint(manager);
        HealthEndpoints health = new HealthEndpoints(manager);
        return Map.ofEntries(
                entry("/api/session", Map.of("GET", sessions::look)),
                entry("/api/alive", Map.of("GET", alive::tell)),
                entry("/api/visits", Map.of("POST", sessions::visit)),
                entry("/api/visits/atomic", Map.of("POST", sessions::visitAtomically)),
                entry(
                        SessionEndpoints.ATTRIBUTES,
                        Map.of("PUT", sessions::putAttribute, "DELETE", sessions::removeAttribute)),
                entry("/api/login", Map.of("POST", sessions::login)),
                entry("/api/logout", Map.of("POST", sessions::logout)),
                entry("/api/devices", Map.of("GET", devices::list)),
                entry(DeviceEndpoints.DEVICES, Map.of("DELETE", devices::end)),
                entry("/api/logout-others", Map.of("POST", devices::endOthers)),
                entry("/api/logout-everywhere", Map.of("POST", devices::endAll)),
                entry("/api/admin/revoke", Map.of("POST", devices::endAllOf)),
                entry("/api/redis", Map.of("GET", panel::tell)),
                entry("/api/nodes", Map.of("GET", request -> fleet.tell())),
                entry("/health", Map.of("GET", health::node)),
                entry("/health/sessions", Map.of("GET", health::sessions)));
    }

    /** Lets requests that are under way finish, then stops. */
    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        panel.close();
        store.close();
    }
}
