package io.sojourn.servlet.war;

import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/** Jetty for Jakarta EE 10. */
final class WarJettyEe10 implements WarServer.Server {

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    private final ContextHandlerCollection contexts = new ContextHandlerCollection();

    @Override
    public void serve(List<Path> applications, Path workDirectory) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        for (Path application : applications) {
            contexts.addHandler(context(application, workDirectory));
        }
        server.setHandler(contexts);
        server.start();
        for (WebAppContext context : contexts.getDescendants(WebAppContext.class)) {
            if (context.getUnavailableException() != null) {
                context.getUnavailableException().printStackTrace(); // There is nothing that Jetty's logger writes to.
            }
        }
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    /** As Jetty's deployer does: the new deployment is a context of its own. */
    @Override
    public ClassLoader redeploy() throws Exception {
        WebAppContext old = server.getDescendant(WebAppContext.class);
        WebAppContext next =
                context(Path.of(old.getWar()), old.getTempDirectory().toPath().resolveSibling("."));
        contexts.removeHandler(old);
        old.stop();
        old.destroy();
        contexts.addHandler(next);
        next.start();
        return next.getClassLoader();
    }

    private static WebAppContext context(Path application, Path workDirectory) {
        WebAppContext context = new WebAppContext();
        context.setContextPath("/" + application.getFileName());
        context.setWar(application.toString());
        context.setTempDirectory(
                workDirectory.resolve(application.getFileName().toString()).toFile());
        return context;
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
