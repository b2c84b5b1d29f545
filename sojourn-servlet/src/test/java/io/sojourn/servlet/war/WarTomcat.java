package io.sojourn.servlet.war;

import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Container;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.ThreadLocalLeakPreventionListener;
import org.apache.catalina.startup.Tomcat;

/** Tomcat 11 or 10.1, whichever is on the class path. */
final class WarTomcat implements WarServer.Server {

    private final Tomcat tomcat = new Tomcat();

    @Override
    public void serve(List<Path> applications, Path workDirectory) throws LifecycleException {
        tomcat.setBaseDir(workDirectory.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.setAddDefaultWebXmlToWebapp(false);
        tomcat.getServer()
                .addLifecycleListener(new ThreadLocalLeakPreventionListener()); // As Tomcat's server.xml does.
        for (Path application : applications) {
            tomcat.addWebapp("/" + application.getFileName(), application.toString());
        }
        tomcat.start();
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public ClassLoader redeploy() throws LifecycleException {
        Container context = tomcat.getHost().findChildren()[0];
        context.stop();
        context.start();
        return ((Context) context).getLoader().getClassLoader();
    }

    @Override
    public void stop() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
