package io.sojourn.servlet.web;

import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ListenerHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.security.ConstraintMapping;
import org.eclipse.jetty.ee10.servlet.security.ConstraintSecurityHandler;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.security.authentication.FormAuthenticator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.security.Credential;

/** Jetty with Servlet 6.0. */
final class JettyEe10Container implements Container {

    private final Server server = new Server(JettyParts.threads());
    private final ServerConnector connector = JettyParts.connector(server);

    JettyEe10Container(WebApplication application) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler(application));
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
    }

    private static ServletContextHandler handler(WebApplication application) {
        String path = application.contextPath().isEmpty() ? "/" : application.contextPath();
        ServletContextHandler handler = new ServletContextHandler(path, ServletContextHandler.SESSIONS);
        handler.setSecurityHandler(security(application.formLogin()));
        handler.setErrorHandler(errorPages(application.errorPages()));
        handler.addServletContainerInitializer(application.setUp());
        application
                .declaredListeners()
                .forEach(type -> handler.getServletHandler().addListener(new ListenerHolder(type)));
        return handler;
    }

    private static ConstraintSecurityHandler security(boolean byForm) {
        UserStore users = new UserStore();
        users.addUser(WebApplication.USER, Credential.getCredential(WebApplication.PASSWORD), new String[0]);
        HashLoginService login = new HashLoginService("users");
        login.setUserStore(users);
        ConstraintSecurityHandler security = new ConstraintSecurityHandler();
        if (byForm) {
            security.setAuthenticator(
                    new FormAuthenticator(WebApplication.LOGIN_PAGE, WebApplication.LOGIN_ERROR_PAGE, false));
            ConstraintMapping mapping = new ConstraintMapping();
            mapping.setPathSpec(WebApplication.PRIVATE);
            mapping.setConstraint(Constraint.ANY_USER);
            security.addConstraintMapping(mapping);
        } else {
            security.setAuthenticator(new BasicAuthenticator());
        }
        security.setLoginService(login);
        return security;
    }

    private static ErrorPageErrorHandler errorPages(Map<Integer, String> pages) {
        ErrorPageErrorHandler handler = new ErrorPageErrorHandler();
        pages.forEach((status, location) -> handler.addErrorPage(status, location));
        return handler;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
