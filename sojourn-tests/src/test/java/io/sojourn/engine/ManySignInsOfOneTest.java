package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many sign-ins of one user at once, at the limit of sessions, on a Redis of their own: what each costs does not grow. */
@Tag("slow")
class ManySignInsOfOneTest {

    /** More than come at once: so none of these has to give way to another of them. */
    private static final int LIMIT = 600;

    private final RedisServer server = RedisServers.start();
    private final RedisProbe probe = server.probe();
    private final RedisStore store = connect();
    private final RedisStore otherStore = connect();
    private final SessionManager node = node(store);
    private final SessionManager otherNode = node(otherStore);

    @AfterEach
    void close() {
        store.close();
        otherStore.close();
        probe.close();
        server.close();
    }

    private RedisStore connect() {
        return RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connect();
    }

    private static SessionManager node(RedisStore store) {
        return SessionManager.create(
                store, SessionSettings.builder().maxSessionsPerPrincipal(LIMIT).build());
    }

    private void signInAtOnce(int times, List<SessionManager> nodes) throws Exception {
        List<CompletionStage<SaveOutcome>> saves = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            SessionManager own = nodes.get(i % nodes.size());
            Session session = own.create();
            session.signIn("ada");
            saves.add(own.async().save(session));
        }
        for (CompletionStage<SaveOutcome> save : saves) {
            assertThat(save.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo(SaveOutcome.SAVED);
        }
    }

    /** Scripts and peeks for each of so many sign-ins at once. */
    private double commands(int times, List<SessionManager> nodes) throws Exception {
        signInAtOnce(LIMIT, List.of(node));
        probe.resetStats();
        signInAtOnce(times, nodes);
        Map<String, Long> stats = probe.commandStats();
        double commands =
                stats.getOrDefault("evalsha", 0L) + stats.getOrDefault("eval", 0L) + stats.getOrDefault("hmget", 0L);
        assertThat(node.findByPrincipal("ada")).hasSize(LIMIT);
        return commands / times;
    }

    @Test
    void eachCostsAsMuchAsOneAlone() throws Exception {
        double alone = commands(1, List.of(node));
        assertThat(commands(500, List.of(node))).isLessThan(10).isLessThan(alone);
    }

    @Test
    void onTwoNodesToo() throws Exception {
        assertThat(commands(500, List.of(node, otherNode))).isLessThan(10);
    }
}
