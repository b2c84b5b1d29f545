package io.sojourn.example.shop.settings;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What a node is told when it is started: by system properties, but for the URI, which may hold a password and so must not
 * show in the list of processes.
 *
 * @param number which of the nodes this is, from 1
 * @param ports the ports of all nodes, in their order
 * @param redis the URI of the server that holds the sessions
 * @param ownRedis whether that server was started for the demonstration alone
 * @param directory where Tomcat may write; removed when the node ends
 * @param log the level of what is logged
 */
public record NodeSettings(
        int number, List<Integer> ports, String redis, boolean ownRedis, WorkDirectory directory, LogLevel log) {

    /** The environment variable with the URI of Redis. */
    public static final String REDIS_VARIABLE = "SOJOURN_SHOP_REDIS";

    /** The environment variable that switches session end events on, as for a filter. */
    private static final String END_EVENTS_VARIABLE = "SOJOURN_END_EVENTS";

    private static final String PREFIX = "sojourn.shop.";

    /** What this process was told in its system properties and its environment. */
    public static NodeSettings fromProcess() {
        return new NodeSettings(
                Integer.parseInt(property("number")),
                Arrays.stream(property("ports").split(","))
                        .map(Integer::valueOf)
                        .toList(),
                Objects.requireNonNull(System.getenv(REDIS_VARIABLE), REDIS_VARIABLE),
                Boolean.parseBoolean(property("ownRedis")),
                new WorkDirectory(Path.of(property("directory"))),
                LogLevel.valueOf(property("log")));
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(PREFIX + name), PREFIX + name);
    }

    /** The arguments for the JVM of a node that is to have these settings. */
    public List<String> jvmArguments() {
        String allPorts = String.join(",", ports.stream().map(String::valueOf).toList());
        return List.of(
                "-D" + PREFIX + "number=" + number,
                "-D" + PREFIX + "ports=" + allPorts,
                "-D" + PREFIX + "ownRedis=" + ownRedis,
                "-D" + PREFIX + "directory=" + directory.path(),
                "-D" + PREFIX + "log=" + log);
    }

    /** Whether the page tells a visitor why the session ended: unless told otherwise, in a Redis that is the demonstration's own. */
    public boolean endEvents() {
        String told = System.getenv(END_EVENTS_VARIABLE);
        return told == null ? ownRedis : Boolean.parseBoolean(told);
    }

    /** The port that this node listens on. */
    public int port() {
        return ports.get(number - 1);
    }

    /** How the node calls itself in its answers, such as {@code node-1}. */
    public String name() {
        return name(number);
    }

    /** How the node of that number calls itself. */
    public static String name(int number) {
        return "node-" + number;
    }

    /** The numbers of all nodes. */
    public IntStream numbers() {
        return IntStream.rangeClosed(1, ports.size());
    }

    /** Without the URI, see above. */
    @Override
    public String toString() {
        return name() + " on port " + port();
    }
}
