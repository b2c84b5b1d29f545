package io.sojourn.redis.health;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.sojourn.redis.connection.FailureAdvice;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks each server that is connected to what it is: {@code TIME} and {@code INFO}, ahead of everybody else's commands and
 * with nobody waiting for the answers. Says in one line what was found, warns once of what will hurt, and refuses servers
 * that are too old. After a reconnect it asks again, since another server may be there, but says only what is new.
 *
 * <p>Never {@code CONFIG}: it is forbidden on most managed services, and each refusal leaves a line in the server's
 * {@code ACL LOG}.
 */
public final class StartUpProbe implements NodeListener {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    /** The digest of no script. */
    private static final String NO_SCRIPT = "0".repeat(40);

    private static final Pattern NOT_ALLOWED =
            Pattern.compile("(?i)unknown command|unsupported|not supported|not allowed|disabled|NOPERM.*evalsha");

    private record Tick(@Nullable Instant server, Duration roundTrip, Instant asked, String failure) {}

    private final String where;
    private final boolean isCluster;
    private final String key;
    private final BooleanSupplier isPlain;
    private final HealthMonitor condition;
    private final InstantSource clock;
    private final Map<Node, CompletableFuture<ServerReport>> reports = new ConcurrentHashMap<>();
    private final Map<Node, String> tooOld = new ConcurrentHashMap<>();
    private final Set<String> said = ConcurrentHashMap.newKeySet();
    private volatile boolean opened;

    /**
     * A probe.
     *
     * @param prefix of the sessions' keys, which the store's user may use
     * @param isPlain whether only commands may be sent that sessions need
     */
    public StartUpProbe(
            String where,
            boolean isCluster,
            String prefix,
            BooleanSupplier isPlain,
            HealthMonitor condition,
            InstantSource clock) {
        this.where = where;
        this.isCluster = isCluster;
        this.key = prefix + ":probe";
        this.isPlain = isPlain;
        this.condition = condition;
        this.clock = clock;
    }

    @Override
    public void connected(Node node) {
        CompletableFuture<ServerReport> report = ask(node).toCompletableFuture();
        reports.put(node, report);
        CompletionStage<?> unused = report.thenAccept(found -> {
            judge(node, found);
            if (opened) {
                LOG.log(Level.DEBUG, "{0} is {1}", found.server(), ServerDiagnostics.facts(found));
                warn(found);
            }
        });
    }

    @Override
    public void forgotten(Node node) {
        reports.remove(node);
        tooOld.remove(node);
        judgeAll();
    }

    /** What each server is and where, of those that have answered. */
    public List<String> servers() {
        return reports.values().stream()
                .filter(report -> report.isDone() && !report.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .map(report -> report.product() + " at " + report.server())
                .sorted()
                .toList();
    }

    private CompletionStage<ServerReport> ask(Node node) {
        return isPlain.getAsBoolean()
                ? scripts(node)
                        .thenApply(refusal -> new ServerReport(node.toString(), Map.of(), null, null, "RESP2", refusal))
                : askAll(node).thenCombine(scripts(node), ServerReport::withScripts);
    }

    /** Why the server runs no scripts; empty if it does. It says so of one that it cannot have, without running anything. */
    private CompletionStage<String> scripts(Node node) {
        if (opened) {
            return CompletableFuture.completedFuture(""); // At the start only: later a save has told.
        }
        return node.commands().evalsha(NO_SCRIPT, ScriptOutputType.INTEGER, key).handle((reply, failure) -> {
            Throwable cause = failure == null ? null : LettuceExceptions.cause(failure);
            String words = cause instanceof RedisCommandExecutionException ? LettuceExceptions.words(cause) : "";
            return NOT_ALLOWED.matcher(words).find() ? words : "";
        });
    }

    private CompletionStage<ServerReport> askAll(Node node) {
        Instant asked = clock.instant();
        long sent = System.nanoTime();
        CompletionStage<Tick> time = node.commands().time().handle((reply, failure) -> {
            Duration took = Duration.ofNanos(System.nanoTime() - sent);
            return failure == null
                    ? new Tick(instant(reply), took, asked, "")
                    : new Tick(null, took, asked, "TIME " + outcome(failure));
        });
        CompletionStage<ServerReport> info = node.commands()
                .info()
                .handle((reply, failure) -> failure == null
                        ? new ServerReport(node.toString(), ServerReport.lines(reply), null, null, "", "")
                        : new ServerReport(node.toString(), Map.of(), null, null, "INFO " + outcome(failure), ""));
        return time.thenCombine(info, StartUpProbe::together);
    }

    private static @Nullable Instant instant(List<byte[]> time) {
        if (time.size() < 2) {
            return null;
        }
        return Instant.ofEpochSecond(number(time.get(0)), number(time.get(1)) * 1_000);
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    /** What the server refused by its access control list, in short; what else went wrong is told by others. */
    static String outcome(Throwable failure) {
        Throwable cause = LettuceExceptions.cause(failure);
        return cause instanceof RedisCommandExecutionException
                ? "is refused (" + FailureAdvice.ofWords(String.valueOf(cause.getMessage())) + ")"
                : "was not answered";
    }

    private static ServerReport together(Tick tick, ServerReport info) {
        Instant server = tick.server();
        String unseen = tick.failure().isEmpty() || info.unseen().isEmpty()
                ? tick.failure() + info.unseen()
                : tick.failure() + ", " + info.unseen();
        return new ServerReport(
                info.server(),
                info.info(),
                server == null ? null : tick.roundTrip(),
                server == null ? null : skew(server, tick),
                unseen,
                "");
    }

    /** At least so much: when between question and answer the server looked at its clock, nobody knows. */
    private static Duration skew(Instant server, Tick tick) {
        Instant answered = tick.asked().plus(tick.roundTrip());
        if (server.isBefore(tick.asked())) {
            return Duration.between(tick.asked(), server);
        }
        return server.isAfter(answered) ? Duration.between(answered, server) : Duration.ZERO;
    }

    private void judge(Node node, ServerReport found) {
        Duration roundTrip = found.roundTrip();
        if (roundTrip != null) {
            condition.measured(roundTrip);
        }
        if (found.isTooOld()) {
            tooOld.put(
                    node,
                    "The server at " + found.server() + " is " + found.product()
                            + ", and sessions need Redis 6.2 or Valkey 7.2 at least: upgrade it");
        } else {
            tooOld.remove(node);
        }
        judgeAll();
    }

    private void judgeAll() {
        String refusal = tooOld.values().stream().sorted().findFirst().orElse(null);
        condition.refuse(refusal);
        if (refusal != null && said.add(refusal)) {
            LOG.log(Level.ERROR, "{0}. Until then every operation fails", refusal);
        }
    }

    /** All servers have been connected to that there are at the start. */
    public void opened() {
        Collection<CompletableFuture<ServerReport>> all = List.copyOf(reports.values());
        CompletionStage<?> unused = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenRun(() -> {
                    List<ServerReport> found =
                            all.stream().map(CompletableFuture::join).toList();
                    opened = true;
                    LOG.log(Level.INFO, "Sessions are in {0}: {1}{2}", where, facts(found), version());
                    found.forEach(this::warn);
                });
    }

    /** Of this library; nothing if it does not lie in a jar. */
    private static String version() {
        String ofJar = StartUpProbe.class.getPackage().getImplementationVersion();
        Module module = StartUpProbe.class.getModule();
        String version = module.isNamed() ? module.getDescriptor().rawVersion().orElse(ofJar) : ofJar;
        return version == null ? "" : "; Sojourn " + version;
    }

    private String facts(List<ServerReport> found) {
        if (found.size() == 1 && !isCluster) {
            return ServerDiagnostics.facts(found.get(0));
        }
        return found.size() + " masters; "
                + found.stream()
                        .map(report -> report.server() + " is " + ServerDiagnostics.facts(report))
                        .sorted()
                        .collect(Collectors.joining("; "));
    }

    private void warn(ServerReport report) {
        ServerDiagnostics.warnings(report, isCluster).forEach((kind, text) -> {
            if (said.add(report.server() + " " + kind)) {
                LOG.log(ServerDiagnostics.level(report, kind), "{0}: {1}", report.server(), text);
            }
        });
    }
}
