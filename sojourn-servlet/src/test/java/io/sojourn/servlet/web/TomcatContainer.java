package io.sojourn.servlet.web;

import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.authenticator.FormAuthenticator;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.descriptor.web.SecurityCollection;
import org.apache.tomcat.util.descriptor.web.SecurityConstraint;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat 11 or 10.1, whichever is on the class path. */
final class TomcatContainer implements Container {

    private final Tomcat tomcat = new Tomcat();
    private final Path baseDirectory;

    TomcatContainer(WebApplication application) throws IOException, LifecycleException {
        baseDirectory = Files.createTempDirectory("tomcat");
        tomcat.setBaseDir(baseDirectory.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("bindOnInit", "false");
        tomcat.addUser(WebApplication.USER, WebApplication.PASSWORD);
        Context context = tomcat.addContext(application.contextPath(), null);
        setLogin(context, application.formLogin());
        context.addServletContainerInitializer(application.setUp(), Set.of());
        application.declaredListeners().forEach(type -> context.addApplicationListener(type.getName()));
        if (!application.webSockets().isEmpty()) {
            context.addServletContainerInitializer(new WsSci(), Set.of());
            context.addServletContainerInitializer(
                    (classes, servletContext) -> deploy(application, servletContext), Set.of());
        }
        RemoteIpValve proxy = new RemoteIpValve();
        proxy.setProtocolHeader("X-Forwarded-Proto");
        context.getPipeline().addValve(proxy);
        tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        if (WebApplication.VIRTUAL_THREADS) {
            tomcat.getConnector().getProtocolHandler().setExecutor(new VirtualThreadExecutor("virtual-"));
        }
        application.errorPages().forEach((status, location) -> {
            ErrorPage page = new ErrorPage();
            page.setErrorCode(status);
            page.setLocation(location);
            context.addErrorPage(page);
        });
        tomcat.start();
        if (!context.getState().isAvailable()) {
            close();
            throw new IllegalStateException("The application did not start; Tomcat's log says why");
        }
    }

    private static void setLogin(Context context, boolean byForm) {
        if (!byForm) {
            context.setLoginConfig(new LoginConfig("BASIC", "site", null, null));
            context.getPipeline().addValve(new BasicAuthenticator());
            return;
        }
        context.setLoginConfig(
                new LoginConfig("FORM", "site", WebApplication.LOGIN_PAGE, WebApplication.LOGIN_ERROR_PAGE));
        context.getPipeline().addValve(new FormAuthenticator());
        SecurityCollection pages = new SecurityCollection();
        pages.addPattern(WebApplication.PRIVATE);
        SecurityConstraint constraint = new SecurityConstraint();
        constraint.addCollection(pages);
        constraint.addAuthRole(SecurityConstraint.ROLE_ALL_AUTHENTICATED_USERS);
        context.addConstraint(constraint);
    }

    private static void deploy(WebApplication application, ServletContext context) {
        ServerContainer container = (ServerContainer) context.getAttribute(ServerContainer.class.getName());
        try {
            for (ServerEndpointConfig endpoint : application.webSockets()) {
                container.addEndpoint(endpoint);
            }
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() throws LifecycleException, IOException {
        tomcat.stop();
        tomcat.destroy();
        try (Stream<Path> files = Files.walk(baseDirectory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
