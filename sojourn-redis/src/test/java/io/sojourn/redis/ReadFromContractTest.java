package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.ForwardingStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.SessionStoreContract;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract of a store that reads from a replica, and of another one that has no other knowledge of what the first does. */
@Tag("full")
class ReadFromContractTest extends SessionStoreContract {

    private static final RedisServer MASTER = RedisServers.start("repl-diskless-sync-delay 0");
    private static final RedisServer REPLICA = RedisServers.start("replicaof 127.0.0.1 " + MASTER.port());
    private static final SessionStore STORE = replicated();
    private static final SessionStore SECOND = replicated();

    /** Before each load it waits until the replica has all that the master has: how late it is, is not the question here. */
    private static final class UpToDate extends ForwardingStore {

        private final RedisProbe master = MASTER.probe();
        private final RedisProbe replica = REPLICA.probe();

        UpToDate(SessionStore store) {
            super(store);
        }

        @Override
        public CompletionStage<Optional<StoredSession>> load(SessionId id) {
            long written = offset(master, "master_repl_offset");
            while (offset(replica, "slave_repl_offset") < written) {
                Thread.onSpinWait();
            }
            return store.load(id);
        }

        private static long offset(RedisProbe probe, String name) {
            synchronized (probe) {
                return Long.parseLong(ServerReport.lines(String.valueOf(probe.call("INFO", "replication")))
                        .getOrDefault(name, "0"));
            }
        }

        @Override
        public void close() {
            master.close();
            replica.close();
            super.close();
        }
    }

    private static SessionStore replicated() {
        return new UpToDate(RedisStore.builder()
                .uri(MASTER.uri())
                .timeout(Duration.ofSeconds(10))
                .readFrom(ReadFrom.PREFER_REPLICA)
                .connect());
    }

    private static long loadsOfTheReplica() {
        try (RedisProbe probe = REPLICA.probe()) {
            return probe.commandStats().getOrDefault("hgetall", 0L);
        }
    }

    @BeforeAll
    static void awaitReplica() {
        SessionId id = newId();
        assertThat(answer(new Calls(STORE).create(id))).isEqualTo(CommitResult.APPLIED);
        Awaitility.await().until(() -> answer(SECOND.load(id)).isPresent() && loadsOfTheReplica() > 0);
    }

    @AfterAll
    static void stop() {
        assertThat(loadsOfTheReplica()).isGreaterThan(20);
        SECOND.close();
        STORE.close();
        REPLICA.close();
        MASTER.close();
    }

    @Override
    protected SessionStore open() {
        return replicated();
    }

    @Override
    public SessionStore store() {
        return STORE;
    }

    @Override
    public SessionStore secondStore() {
        return SECOND;
    }
}
