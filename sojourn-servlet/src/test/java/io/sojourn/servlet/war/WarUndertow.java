package io.sojourn.servlet.war;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Undertow. It reads no descriptors, so this does what WildFly does for it: a class loader for each deployment, the
 * initializers that are in its jars, and the filter and the servlet that the descriptor would name.
 */
final class WarUndertow implements WarServer.Server {

    private final ServletContainer container = Servlets.newContainer();
    private final PathHandler paths = Handlers.path();
    private final Undertow server =
            Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(paths).build();

    private final List<Deployed> deployments = new ArrayList<>();

    private record Deployed(Path application, DeploymentInfo info, DeploymentManager manager, URLClassLoader loader) {}

    @Override
    public void serve(List<Path> applications, Path workDirectory) throws Exception {
        for (Path application : applications) {
            deployments.add(deploy(application));
        }
        server.start();
    }

    private Deployed deploy(Path application) throws Exception {
        URLClassLoader loader = loader(application.resolve("WEB-INF"));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            DeploymentInfo info = info(application, loader);
            DeploymentManager manager = container.addDeployment(info);
            manager.deploy();
            paths.addPrefixPath(info.getContextPath(), manager.start());
            return new Deployed(application, info, manager, loader);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URLClassLoader loader(Path inside) throws IOException {
        List<URL> places =
                new ArrayList<>(List.of(inside.resolve("classes").toUri().toURL()));
        try (Stream<Path> jars = Files.list(inside.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                places.add(jar.toUri().toURL());
            }
        }
        return new URLClassLoader(places.toArray(URL[]::new), WarUndertow.class.getClassLoader());
    }

    private static DeploymentInfo info(Path application, ClassLoader loader) throws ClassNotFoundException {
        // By name: the server's program must not have these classes, or the deployments would share them.
        Class<? extends Filter> filter =
                loader.loadClass("io.sojourn.servlet.war.WarFilter").asSubclass(Filter.class);
        Class<? extends Servlet> servlet =
                loader.loadClass("io.sojourn.servlet.war.WarServlet").asSubclass(Servlet.class);
        String name = Objects.requireNonNull(application.getFileName()).toString();
        DeploymentInfo info = Servlets.deployment()
                .setClassLoader(loader)
                .setContextPath("/" + name)
                .setDeploymentName(name)
                .addFilter(Servlets.filter("first", filter).setAsyncSupported(true))
                .addFilterUrlMapping("first", "/*", DispatcherType.REQUEST)
                .addServlet(
                        Servlets.servlet("war", servlet).setAsyncSupported(true).addMappings("/in", "/out", "/who"));
        for (ServletContainerInitializer found : ServiceLoader.load(ServletContainerInitializer.class, loader)) {
            info.addServletContainerInitializer(new ServletContainerInitializerInfo(
                    found.getClass(), new ImmediateInstanceFactory<>(found), Set.of()));
        }
        return info;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public ClassLoader redeploy() throws Exception {
        Path application = undeploy();
        Deployed next = deploy(application);
        deployments.add(next);
        return next.loader();
    }

    private Path undeploy() throws ServletException, IOException {
        Deployed old = deployments.remove(0);
        paths.removePrefixPath(old.info().getContextPath());
        old.manager().stop();
        old.manager().undeploy();
        container.removeDeployment(old.info());
        old.loader().close();
        return old.application();
    }

    @Override
    public void stop() throws ServletException, IOException {
        while (!deployments.isEmpty()) {
            undeploy();
        }
        server.stop();
    }
}
