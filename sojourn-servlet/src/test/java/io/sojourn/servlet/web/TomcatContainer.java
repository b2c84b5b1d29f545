package io.sojourn.servlet.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.LoginConfig;

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
        context.setLoginConfig(new LoginConfig("BASIC", "site", null, null));
        context.getPipeline().addValve(new BasicAuthenticator());
        context.addServletContainerInitializer(application.setUp(), Set.of());
        application.declaredListeners().forEach(type -> context.addApplicationListener(type.getName()));
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
