package io.sojourn.servlet.web;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.LoginConfig;
import io.undertow.servlet.api.SecurityConstraint;
import io.undertow.servlet.api.SecurityInfo.EmptyRoleSemantic;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.api.WebResourceCollection;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.Set;

/** Undertow with Servlet 6.0. */
final class UndertowContainer implements Container {

    private final DeploymentManager deployment;
    private final Undertow server;

    UndertowContainer(WebApplication application) throws ServletException {
        String path = application.contextPath().isEmpty() ? "/" : application.contextPath();
        deployment = Servlets.newContainer().addDeployment(info(application, path));
        deployment.deploy();
        PathHandler paths = Handlers.path().addPrefixPath(path, deployment.start());
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(Handlers.proxyPeerAddress(paths))
                .build();
        server.start();
    }

    private static DeploymentInfo info(WebApplication application, String path) {
        DeploymentInfo info = Servlets.deployment()
                .setClassLoader(UndertowContainer.class.getClassLoader())
                .setContextPath(path)
                .setDeploymentName("site")
                .setIdentityManager(new OneUser())
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        application.setUp().getClass(), new ImmediateInstanceFactory<>(application.setUp()), Set.of()));
        if (application.formLogin()) {
            info.setLoginConfig(
                    new LoginConfig("FORM", "site", WebApplication.LOGIN_PAGE, WebApplication.LOGIN_ERROR_PAGE));
            info.addSecurityConstraint(new SecurityConstraint()
                    .addWebResourceCollection(new WebResourceCollection().addUrlPattern(WebApplication.PRIVATE))
                    .setEmptyRoleSemantic(EmptyRoleSemantic.AUTHENTICATE));
        } else {
            info.setLoginConfig(new LoginConfig("BASIC", "site"));
        }
        application.declaredListeners().forEach(listener -> info.addListener(Servlets.listener(listener)));
        application.errorPages().forEach((status, location) -> info.addErrorPage(Servlets.errorPage(location, status)));
        return info;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() throws ServletException {
        server.stop();
        deployment.stop();
        deployment.undeploy();
    }
}
