package io.sojourn.example.faces;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node in a Java process of its own, so that nothing gets to another node but through Redis. */
final class NodeProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private int port;

    NodeProcess(String redisUri, String... parameters) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // It will not live long.
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName(),
                redisUri,
                "0"));
        command.addAll(List.of(parameters));
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Waits until it listens. */
    int port() throws IOException {
        if (port == 0) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("The node did not start; its errors are above");
            }
            port = Integer.parseInt(line);
        }
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    /** In the process: tells the port, and ends when nobody holds its input open any more. */
    public static void main(String[] arguments) throws Exception {
        try (FacesNode node = FacesNode.start(arguments)) {
            System.out.println(node.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
