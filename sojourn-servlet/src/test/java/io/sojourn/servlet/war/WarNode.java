package io.sojourn.servlet.war;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One server, as a process of its own with an environment of its own. */
final class WarNode implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final BufferedReader output;
    private final int port;

    WarNode(Path folder, Path launcher, List<Path> applications, Map<String, String> environment) throws IOException {
        Path work = Files.createDirectories(folder.resolve("work"));
        log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command(launcher, work, applications));
        builder.environment().keySet().removeIf(name -> name.startsWith("SOJOURN_"));
        builder.environment().putAll(environment);
        builder.redirectError(log.toFile());
        process = builder.start();
        output = process.inputReader(StandardCharsets.UTF_8);
        port = readNumber(WarServer.LISTENS_ON);
    }

    private static List<String> command(Path launcher, Path work, List<Path> applications) {
        String server = ClassPath.entries(ClassPath.OF_SERVER).stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                // Newer versions of Java keep the class of a record by a soft reference, which is no leak.
                "-XX:SoftRefLRUPolicyMSPerMB=0",
                "-Duser.language=en", // So that the levels in its log have names that tests know.
                // As Tomcat's scripts do, so that it can look for leaks.
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED",
                "-cp",
                launcher + File.pathSeparator + server,
                WarServer.class.getName(),
                System.getProperty("sojourn.container", "tomcat"),
                work.toString()));
        applications.forEach(application -> command.add(application.toString()));
        return command;
    }

    private int readNumber(String before) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(before)) {
                return Integer.parseInt(line.substring(before.length()));
            }
        }
        throw new IllegalStateException("The server ended:\n" + log());
    }

    /** Redeploys the only application. */
    void redeploy() throws IOException {
        tell("");
        int unused = readNumber(WarServer.REDEPLOYED);
    }

    /**
     * How many class loaders of its redeploys are alive. To be asked after a request to the newest one: until such a request comes, Jetty
     * holds the application before it.
     */
    int classLoaders() throws IOException {
        tell(WarServer.COUNT);
        return readNumber(WarServer.ALIVE);
    }

    private void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** What the server has logged. */
    String log() throws IOException {
        return Files.readString(log);
    }

    HttpResponse<String> get(String path, @Nullable String cookie) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /** Ends it in order, so that what is to be closed is closed. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        }
    }
}
