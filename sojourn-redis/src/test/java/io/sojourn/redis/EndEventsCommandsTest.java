package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code endEvents} costs: one command when a session is created and one when it is ended on purpose. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class EndEventsCommandsTest {

    /** A line of {@code MONITOR} that a client has caused, and the command in it. */
    private static final Pattern OF_CLIENT = Pattern.compile("\\[\\d+ (?!lua)[^\\]]+\\] \"(\\w+)\".*");

    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final RedisStore store;
    private final RedisProbe probe;
    private final RedisMonitor monitor;
    private int seen;

    EndEventsCommandsTest(RedisServer server) {
        store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .startupProbe(false)
                .connect();
        probe = server.probe();
        probe.call("FLUSHDB");
        SessionManager on = manager(true);
        on.revoke(created(on)); // Leaves the scripts with the server.
        monitor = probe.monitor();
    }

    @AfterEach
    void close() {
        monitor.close();
        probe.close();
        store.close();
    }

    private SessionManager manager(boolean endEvents) {
        return SessionManager.create(
                store,
                SessionSettings.builder().clock(clock).endEvents(endEvents).build());
    }

    private static Session created(SessionManager sessions) {
        Session session = sessions.create();
        session.set("a", 1);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /** The commands of clients since the last look. */
    private List<String> sent() {
        store.ping(); // After what nobody has waited for.
        List<String> all = monitor.lines();
        List<String> commands = new ArrayList<>();
        for (String line : all.subList(seen, all.size())) {
            Matcher command = OF_CLIENT.matcher(line.substring(line.indexOf('[')));
            if (command.matches() && !command.group(1).equalsIgnoreCase("ping")) {
                commands.add(command.group(1).toUpperCase(java.util.Locale.ROOT));
            }
        }
        seen = all.size();
        return commands;
    }

    private List<List<String>> life(SessionManager sessions) {
        List<List<String>> life = new ArrayList<>();
        List<String> unused = sent();
        Session session = created(sessions);
        life.add(sent());
        Session found = sessions.find(session.token()).orElseThrow();
        sessions.save(found);
        life.add(sent());
        found.set("a", 2);
        sessions.save(found);
        life.add(sent());
        found.signIn("ada");
        sessions.save(found);
        life.add(sent());
        clock.advance(Duration.ofMinutes(2));
        Session used = sessions.find(found.token()).orElseThrow();
        sessions.save(used);
        life.add(sent());
        assertThat(sessions.revoke(used)).isTrue();
        life.add(sent());
        return life;
    }

    @Test
    void onlyCreationAndRevocationSendOneCommandMore() {
        List<List<String>> off = life(manager(false));
        List<List<String>> on = life(manager(true));
        assertThat(off)
                .containsExactly(
                        List.of("EVALSHA"), // creation
                        List.of("HGETALL"),
                        List.of("EVALSHA"), // change
                        List.of("EVALSHA", "EVALSHA"), // sign-in, with the entry in the index
                        List.of("HGETALL", "EVALSHA"), // touch
                        List.of("EVALSHA", "EVALSHA")); // revocation, and the index
        assertThat(on)
                .containsExactly(
                        List.of("EVALSHA", "EVALSHA"),
                        off.get(1),
                        off.get(2),
                        off.get(3),
                        off.get(4),
                        List.of("EVALSHA", "EVALSHA", "EVALSHA"));
    }

    @Test
    void withoutTheOptionThereAreNoMoreKeysAndNoMoreThreads() {
        probe.call("FLUSHDB");
        SessionManager off = manager(false);
        Session session = created(off);
        assertThat(probe.keys()).isEqualTo(Set.of("sojourn:" + session.id()));
        off.revoke(session);
        assertThat(probe.keys()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sojourn-ends"));
    }
}
