package io.sojourn.servlet.war;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program of a server: serves each application in a folder, tells its port, and ends when its input does. */
public final class WarServer {

    /** What it prints before the number of the port. */
    static final String LISTENS_ON = "listens on ";

    /** What it prints before the number of redeploys. */
    static final String REDEPLOYED = "redeployed ";

    /** What it prints before the number of class loaders that have not been collected. */
    static final String ALIVE = "alive ";

    /** The line that asks for that number. */
    static final String COUNT = "count";

    /** A container that is to serve exploded applications. */
    interface Server {

        void serve(List<Path> applications, Path workDirectory) throws Exception;

        int port();

        /** Stops the only application and starts it with a class loader of its own, which is returned. */
        ClassLoader redeploy() throws Exception;

        void stop() throws Exception;
    }

    private WarServer() {}

    /** Takes the name of the container, a folder to work in, and the folders of the applications. */
    public static void main(String[] arguments) throws Exception {
        Server server = switch (arguments[0]) {
            case "tomcat" -> new WarTomcat();
            case "jetty-ee10" -> new WarJettyEe10();
            case "jetty-ee11" -> new WarJettyEe11();
            case "undertow" -> new WarUndertow();
            default -> throw new IllegalArgumentException("There is no container " + arguments[0]);
        };
        List<Path> applications = List.of(arguments).subList(2, arguments.length).stream()
                .map(Path::of)
                .toList();
        server.serve(applications, Path.of(arguments[1]));
        System.out.println(LISTENS_ON + server.port());
        obey(server);
        server.stop();
    }

    /** Redeploys for each line of the input, always in the same thread, or tells how many class loaders are alive. */
    private static void obey(Server server) throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals(COUNT)) {
                System.out.println(ALIVE + alive(loaders));
            } else {
                loaders.add(new WeakReference<>(server.redeploy()));
                System.out.println(REDEPLOYED + loaders.size());
            }
        }
    }

    /** After some collections of garbage, if there are more than the one in use. */
    private static long alive(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
        long alive = loaders.size();
        for (int i = 0; i < 20 && alive > 1; i++) {
            System.gc();
            alive = loaders.stream().filter(loader -> loader.get() != null).count();
            Thread.sleep(alive > 1 ? 100 : 0);
        }
        return alive;
    }
}
