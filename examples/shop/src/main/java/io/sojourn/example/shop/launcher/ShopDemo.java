package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.settings.LogLevel;
import io.sojourn.example.shop.settings.ShopLogging;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the demonstration. */
@Command(
        name = "./demo",
        description = {
            "A small shop on several servers that share their sessions through Redis.",
            "Stop a server, and its visitors go on at another."
        },
        mixinStandardHelpOptions = true,
        version = "Sojourn demo",
        sortOptions = false,
        footer = {"", "Exit code 2: it could not start, for the reason that it tells in one line."})
public final class ShopDemo implements Callable<Integer> {

    private static final int CANNOT_START = 2;
    private static final int MOST_NODES = 16;
    private static final int HIGHEST_PORT = 65_535;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many servers, from 1 to " + MOST_NODES + ". Default: ${DEFAULT-VALUE}.")
    private int nodes = 2;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = {
                "The first server's port; the others have those that follow, and the one before it is the shop's",
                "own address, whose requests go to all servers in turn. Default: ${DEFAULT-VALUE}."
            })
    private int port = 8081;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description = {
                "Where Redis or Valkey is, such as redis://localhost:6379, rediss://host for TLS,",
                "redis-sentinel://host1,host2/0#name or redis-cluster://host1,host2; SOJOURN_REDIS_USER,",
                "SOJOURN_REDIS_PASSWORD, SOJOURN_REDIS_TRUST (a file) and others count as for a filter.",
                "Default: one is started, from redis-server or valkey-server on the PATH, else an embedded one."
            })
    private @Nullable String redis;

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            description = "How much the servers log: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private LogLevel log = LogLevel.WARN;

    private ShopDemo() {}

    /** Runs until it is stopped; see {@code --help}. */
    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new ShopDemo())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, given) -> refuse(wrong.getMessage() + "; see ./demo --help"))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof CannotStartException || failure instanceof UncheckedIOException) {
                        return refuse(String.valueOf(failure.getMessage()));
                    }
                    throw failure;
                });
        System.exit(commandLine.execute(args));
    }

    private static int refuse(String reason) {
        System.err.println("demo: " + reason.replaceAll("\\s*\\R\\s*", " "));
        return CANNOT_START;
    }

    @Override
    public Integer call() throws InterruptedException {
        // What libraries warn of here, such as a Redis out of reach, we tell ourselves.
        ShopLogging.start(log == LogLevel.WARN ? LogLevel.ERROR : log);
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new CannotStartException("--nodes must be from 1 to " + MOST_NODES + ", not " + nodes);
        }
        if (port < 2 || port + nodes - 1 > HIGHEST_PORT) {
            throw new CannotStartException(
                    "--port must be from 2 to " + (HIGHEST_PORT - nodes + 1) + " for " + nodes + " nodes, not " + port);
        }
        List<Integer> ports = IntStream.range(port, port + nodes).boxed().toList();
        Ports.requireFree(IntStream.range(port - 1, port + nodes).boxed().toList());
        try (Fleet fleet = Fleet.start(port - 1, ports, RedisInUse.of(redis), log)) {
            fleet.awaitEnd();
        }
        return 0;
    }
}
