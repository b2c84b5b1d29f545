package io.sojourn.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one master, as it names them, and which of them keep up.
 *
 * <p>A master numbers the bytes that it hands on. When a replica says that it has worked off as many as the master had
 * written at some moment, it has all that the master had then. The moment is that before the master was asked. Of some
 * seconds it is kept how many there were, so a replica that is behind all the time is known for what it is. Numbers of
 * another history, that of another master, are not compared.
 */
final class Followers implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private static final Pattern NAMED = Pattern.compile("ip=([^,]+),port=(\\d{1,5}),state=online\\b.*");

    /** So often a master is looked at before it is said that none of its replicas can be used. */
    private static final int PATIENCE = 6;

    private record Written(String history, long bytes, long at) {}

    private final Node master;
    private final Function<Place.Host, Replica> connector;

    /** The last first; guarded by this. */
    private final Deque<Written> written = new ArrayDeque<>();

    /** Guarded by this; changed nowhere but in {@link #heard}. */
    private final Map<Place.Host, Replica> named = new HashMap<>();

    private volatile List<Replica> replicas = List.of();
    private volatile String refusal = "";
    private int looks;
    private @Nullable Boolean usable;

    Followers(Node master, Function<Place.Host, Replica> connector) {
        this.master = master;
        this.connector = connector;
    }

    /** Asks the master, and then each replica that it names. */
    void look() {
        tell();
        if (!master.isConnected()) {
            return;
        }
        long at = System.nanoTime();
        CompletionStage<?> unused = master.commands().info("replication").whenComplete((report, failure) -> {
            if (failure == null) {
                refusal = "";
                heard(ServerReport.lines(report), at);
                replicas.forEach(replica -> replica.look(its -> compare(replica, its)));
            } else {
                refusal = ": INFO " + StartUpProbe.outcome(failure);
            }
        });
    }

    private synchronized void heard(Map<String, String> report, long at) {
        Set<Place.Host> hosts = new HashSet<>();
        String history = report.get("master_replid");
        Optional<Long> bytes = number(report, "master_repl_offset");
        if ("master".equals(report.get("role")) && history != null && bytes.isPresent()) {
            written.addFirst(new Written(history, bytes.get(), at));
            report.forEach((name, text) -> {
                Matcher online = NAMED.matcher(text);
                if (name.startsWith("slave") && online.matches()) {
                    hosts.add(new Place.Host(
                            Objects.requireNonNull(online.group(1)),
                            Integer.parseInt(Objects.requireNonNull(online.group(2)))));
                }
            });
        }
        while (!written.isEmpty() && at - written.getLast().at() > ReadFrom.MAX_LAG.toNanos()) {
            written.removeLast();
        }
        named.entrySet().removeIf(one -> {
            boolean left = !hosts.contains(one.getKey());
            if (left) {
                one.getValue().close();
            }
            return left;
        });
        hosts.forEach(host -> named.computeIfAbsent(host, connector));
        replicas = List.copyOf(named.values());
    }

    private synchronized void compare(Replica replica, Map<String, String> report) {
        String history = report.get("master_replid");
        Optional<Long> bytes = number(report, "slave_repl_offset");
        if (bytes.isEmpty() || !"up".equals(report.get("master_link_status"))) {
            return;
        }
        written.stream()
                .filter(then -> then.history().equals(history) && then.bytes() <= bytes.get())
                .findFirst()
                .ifPresent(then -> replica.upToDateAt(then.at()));
    }

    private static Optional<Long> number(Map<String, String> report, String name) {
        return Optional.ofNullable(report.get(name))
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    /** One that keeps up, each in turn; null if there is none. */
    @Nullable
    Replica any() {
        List<Replica> all = replicas;
        int count = all.size();
        if (count == 0) {
            return null;
        }
        long now = System.nanoTime();
        int first = count == 1 ? 0 : ThreadLocalRandom.current().nextInt(count);
        for (int i = 0; i < count; i++) {
            Replica replica = all.get((first + i) % count);
            if (replica.mayAnswer(now)) {
                return replica;
            }
        }
        return null;
    }

    /** Says in the log when loads begin to go to replicas, and when they do not (any more). */
    private void tell() {
        long now = System.nanoTime();
        List<Replica> good =
                replicas.stream().filter(replica -> replica.mayAnswer(now)).toList();
        if (good.isEmpty() ? usable == null && ++looks < PATIENCE : Boolean.TRUE.equals(usable)) {
            return;
        }
        if (!good.isEmpty()) {
            usable = true;
            LOG.log(Level.INFO, "Loads of what lies at {0} go to its replicas: {1}", master, list(good));
        } else if (!Boolean.FALSE.equals(usable)) {
            usable = false;
            LOG.log(
                    Level.WARNING,
                    "Loads of what lies at {0} go there: none of its replicas ({1}) is known to keep up{2}",
                    master,
                    replicas.isEmpty() ? "it names none" : list(replicas),
                    refusal);
        }
    }

    private static String list(List<Replica> replicas) {
        return replicas.stream().map(Replica::toString).sorted().collect(Collectors.joining(", "));
    }

    @Override
    public synchronized void close() {
        replicas = List.of();
        named.values().forEach(Replica::close);
        named.clear();
    }
}
