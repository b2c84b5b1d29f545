package io.sojourn.example.faces;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.WebResourceRoot.ResourceSetType;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.tomcat.util.descriptor.web.ApplicationParameter;

/**
 * A node: Tomcat, and a web application whose {@code web.xml} names Sojourn's filter. Parameters of the context may be
 * given, as {@code jakarta.faces.STATE_SAVING_METHOD=client}.
 *
 * <pre>{@code java … io.sojourn.example.faces.FacesNode redis://localhost:6379 8080 [name=value …]}</pre>
 */
public final class FacesNode implements AutoCloseable {

    private final Tomcat tomcat = new Tomcat();

    /**
     * Starts a node on 127.0.0.1; port 0 takes a free one.
     *
     * @param parameters of the context, by name
     */
    public FacesNode(String redisUri, int port, Map<String, String> parameters) throws IOException, LifecycleException {
        tomcat.setBaseDir(Files.createTempDirectory("faces").toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.setAddDefaultWebXmlToWebapp(false); // Its servlet for JSP is not here.
        Context context = addApplication();
        setParameter(context, "sojourn.redis", redisUri);
        parameters.forEach((name, value) -> setParameter(context, name, value));
        tomcat.start();
    }

    /** From the directory {@code webapp} beside the classes, or in their jar. */
    private Context addApplication() throws IOException {
        String empty = Files.createTempDirectory("faces-webapp").toString();
        Context context = tomcat.addWebapp("", empty);
        context.setParentClassLoader(FacesNode.class.getClassLoader());
        StandardRoot root = new StandardRoot(context);
        URL classes = FacesNode.class.getProtectionDomain().getCodeSource().getLocation();
        root.createWebResourceSet(ResourceSetType.PRE, "/", classes, "/webapp");
        context.setResources(root);
        return context;
    }

    /** Whatever {@code web.xml} says. */
    private static void setParameter(Context context, String name, String value) {
        ApplicationParameter parameter = new ApplicationParameter();
        parameter.setName(name);
        parameter.setValue(value);
        parameter.setOverride(false);
        context.addApplicationParameter(parameter);
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

    /** Takes the URI of Redis, the port to listen on, and parameters of the context. */
    public static void main(String[] arguments) throws IOException, LifecycleException {
        start(arguments).tomcat.getServer().await();
    }

    static FacesNode start(String... arguments) throws IOException, LifecycleException {
        Map<String, String> parameters = new TreeMap<>();
        for (int i = 2; i < arguments.length; i++) {
            String[] nameAndValue = arguments[i].split("=", 2);
            parameters.put(nameAndValue[0], nameAndValue[1]);
        }
        return new FacesNode(arguments[0], Integer.parseInt(arguments[1]), parameters);
    }
}
