package io.sojourn.servlet.war;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The program of a server: serves each application in a folder, tells its port, and ends when its input does. */
public final class WarServer {

    /** What it prints before the number of the port. */
    static final String LISTENS_ON = "listens on ";

    /** A container that is to serve exploded applications. */
    interface Server {

        void serve(List<Path> applications, Path workDirectory) throws Exception;

        int port();

        void stop() throws Exception;
    }

    private WarServer() {}

    /** Takes the name of the container, a folder to work in, and the folders of the applications. */
    public static void main(String[] arguments) throws Exception {
        Server server = switch (arguments[0]) {
            case "tomcat" -> new WarTomcat();
            case "jetty-ee10" -> new WarJettyEe10();
            case "jetty-ee11" -> new WarJettyEe11();
            default -> throw new IllegalArgumentException("There is no container " + arguments[0]);
        };
        List<Path> applications = List.of(arguments).subList(2, arguments.length).stream()
                .map(Path::of)
                .toList();
        server.serve(applications, Path.of(arguments[1]));
        System.out.println(LISTENS_ON + server.port());
        awaitEndOfInput();
        server.stop();
    }

    private static void awaitEndOfInput() throws IOException {
        long bytes = System.in.transferTo(java.io.OutputStream.nullOutputStream());
        assert bytes >= 0;
    }
}
