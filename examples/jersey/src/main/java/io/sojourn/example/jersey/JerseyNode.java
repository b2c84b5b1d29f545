package io.sojourn.example.jersey;

import io.sojourn.servlet.SojournFilter;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

/**
 * A node: Tomcat, Sojourn's filter with its settings as init parameters, Jersey's servlet behind it.
 *
 * <pre>{@code java … io.sojourn.example.jersey.JerseyNode redis://localhost:6379 8080}</pre>
 */
public final class JerseyNode implements AutoCloseable {

    private final Tomcat tomcat = new Tomcat();

    /** Starts a node on 127.0.0.1; port 0 takes a free one. */
    public JerseyNode(String redisUri, int port) throws IOException, LifecycleException {
        tomcat.setBaseDir(Files.createTempDirectory("jersey").toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        addFilter(context, redisUri);
        ResourceConfig resources = new ResourceConfig(ShopResource.class);
        Wrapper shop = Tomcat.addServlet(context, "shop", new ServletContainer(resources));
        shop.setAsyncSupported(true);
        shop.addMapping("/*");
        tomcat.start();
    }

    /** As a {@code web.xml} would. */
    private static void addFilter(Context context, String redisUri) {
        FilterDef filter = new FilterDef();
        filter.setFilterName("sessions");
        filter.setFilterClass(SojournFilter.class.getName());
        filter.setAsyncSupported("true");
        filter.addInitParameter("redis", redisUri);
        filter.addInitParameter("idleTimeout", "20m");
        context.addFilterDef(filter);
        FilterMap everything = new FilterMap();
        everything.setFilterName("sessions");
        everything.addURLPattern("/*");
        context.addFilterMap(everything);
    }

    /** Where it listens. */
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    /** Takes the URI of Redis and the port to listen on. */
    public static void main(String[] arguments) throws IOException, LifecycleException {
        new JerseyNode(arguments[0], Integer.parseInt(arguments[1]))
                .tomcat
                .getServer()
                .await();
    }
}
