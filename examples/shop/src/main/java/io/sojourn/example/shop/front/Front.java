package io.sojourn.example.shop.front;

import static java.util.Map.entry;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.ConsoleServlet;
import io.sojourn.example.shop.Answer.Endpoint;
import io.sojourn.example.shop.ErrorValve;
import io.sojourn.example.shop.Page;
import io.sojourn.example.shop.settings.RedisSettings;
import io.sojourn.example.shop.settings.WorkDirectory;
import io.sojourn.redis.RedisStore;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/** The one address of the demonstration, on the loopback address: the balancer, the tiles and the console. */
public final class Front implements AutoCloseable {

    /** Where the console is. */
    static final String CONSOLE = "/console/";

    /** The actor in the audit lines of the console. The demonstration has no operators, and only this machine reaches it. */
    private static final String ACTOR = "demo";

    private static final int SWALLOWED = 16 * 1024 * 1024;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    static {
        // Read when the client is first used. Shorter than the nodes keep an idle connection, so that no request meets
        // one that is just closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
    }

    private final Tomcat tomcat = new Tomcat();
    private final RedisStore store;
    private final Backends backends;
    private final Visitors visitors;
    private final @Nullable CommandTail commands;
    private final @Nullable SpringComparison spring;

    private Front(Settings settings) throws IOException {
        // Another Redis may not allow the client's name; only the list of commands needs it, which is off there.
        store = settings.ownRedis()
                ? RedisSettings.openAs(CommandTail.NOT_WATCHED, settings.redis(), RedisStore.DEFAULT_TIMEOUT)
                : RedisSettings.open(settings.redis(), RedisStore.DEFAULT_TIMEOUT);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .build();
        backends = new Backends(settings.nodePorts(), client);
        commands = settings.ownRedis() ? new CommandTail(settings.redis()) : null;
        spring = commands == null
                ? null
                : new SpringComparison(settings.port(), settings.redis(), settings.directory(), client, commands);
        Balancer balancer = new Balancer(client, backends, Page.load(settings.port()), spring);
        SessionAdmin admin = SessionAdmin.builder(store).build();
        // A Redis that was there before may hold sessions of other applications: the console only shows them.
        ConsoleServlet console = ConsoleServlet.builder(admin, request -> ACTOR)
                .allowEnding(settings.ownRedis())
                .build();
        visitors = new Visitors(settings.port(), client);
        ControlServlet controls = new ControlServlet(
                endpoints(new Controls(settings.machines(), settings.ownRedis(), admin, visitors, commands, spring)));
        tomcat.setBaseDir(settings.directory().path().toString());
        tomcat.setConnector(connector(settings.port()));
        StandardHost host = (StandardHost) tomcat.getHost();
        host.setErrorReportValveClass("");
        host.getPipeline().addValve(new ErrorValve());
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer(
                (classes, deployed) -> deploy(deployed, balancer, controls, console), null);
    }

    /**
     * What it is told.
     *
     * @param port where it listens
     * @param nodePorts where the nodes do
     * @param machines what the tiles show
     * @param redis where the sessions are
     * @param ownRedis whether that was started for the demonstration
     * @param directory where Tomcat may write
     */
    public record Settings(
            int port,
            List<Integer> nodePorts,
            List<Machine> machines,
            String redis,
            boolean ownRedis,
            WorkDirectory directory) {

        /** Without the URI, which may hold a password. */
        @Override
        public String toString() {
            return "port " + port;
        }
    }

    /**
     * Starts to serve.
     *
     * @throws LifecycleException if the port is taken
     */
    public static Front start(Settings settings) throws IOException, LifecycleException {
        Front front = new Front(settings);
        front.tomcat.start();
        return front;
    }

    private static Map<String, Map<String, Endpoint>> endpoints(Controls controls) {
        return Map.ofEntries(
                entry("/demo/fleet", Map.of("GET", controls::fleet)),
                entry(Controls.MACHINES, Map.of("POST", controls::act)),
                entry("/demo/sessions", Map.of("GET", controls::sessions)),
                entry(
                        "/demo/visitors",
                        Map.of("GET", controls::visitors, "POST", controls::letIn, "DELETE", controls::sendAway)),
                entry("/demo/commands", Map.of("GET", controls::commands)),
                entry("/demo/spring-session", Map.of("GET", controls::springSession)));
    }

    private static void deploy(
            ServletContext context, Balancer balancer, ControlServlet controls, ConsoleServlet console) {
        context.addFilter("loopback hosts", new LoopbackHosts())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        context.addServlet("balancer", balancer).addMapping("/");
        context.addServlet("controls", controls).addMapping("/demo/*");
        context.addServlet("console", console).addMapping(CONSOLE + "*");
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

    @Override
    public void close() throws LifecycleException {
        visitors.close();
        backends.close();
        if (spring != null) {
            spring.close();
        }
        if (commands != null) {
            commands.close();
        }
        tomcat.stop();
        tomcat.destroy();
        store.close();
    }
}
