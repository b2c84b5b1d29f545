package io.sojourn.benchmarks.http;

import io.sojourn.benchmarks.run.ClientCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One system's server process, and connections to it, each with a session of its own. */
public final class HttpPeer implements AutoCloseable {

    private final HttpSystem system;
    private final ServerProcess process;
    private final HttpConnection control;
    private final List<HttpConnection> connections = new ArrayList<>();

    private HttpPeer(HttpSystem system, ServerProcess process, int connections) throws IOException {
        this.system = system;
        this.process = process;
        this.control = new HttpConnection(process.port());
        for (int i = 0; i < connections; i++) {
            HttpConnection connection = new HttpConnection(process.port());
            String unused = connection.send(connection.request("/app/create"));
            this.connections.add(connection);
        }
    }

    /** Starts a server, and so many connections to it. */
    public static HttpPeer start(HttpSystem system, String redisUri, int connections) {
        try {
            ServerProcess process = ServerProcess.start(HttpNode.class, system.key(), redisUri);
            return new HttpPeer(system, process, connections);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As results name it. */
    public String name() {
        return system.key();
    }

    /** The bytes of the requests of a work, one for each connection. */
    public List<byte[]> requests(HttpWork work) {
        return connections.stream()
                .map(connection -> connection.request("/app/" + work.path()))
                .toList();
    }

    /** Sends one request. */
    public void send(int connection, byte[] request) throws IOException {
        String unused = connections.get(connection).send(request);
    }

    /** What the server process has used so far. */
    public ClientCounters counters() {
        return CountersServlet.parse(control("/counters"));
    }

    /** Begins to record the server process. */
    public void startRecording() {
        String unused = control("/recording/start");
    }

    /** Ends it, and gives the file, which is the caller's to delete. */
    public Path stopRecording() {
        return Path.of(control("/recording/stop"));
    }

    private String control(String path) {
        try {
            return control.send(control.request(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (HttpConnection connection : connections) {
                connection.close();
            }
            control.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.close();
        }
    }
}
