package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Something else lies under a session's key. It is left alone, and nothing worse than an absent session comes of it. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class ForeignDataTest {

    private static final String REVISION = "AQAAAAAAAAA"; // 1

    private final RedisStore store;
    private final RedisProbe probe;
    private final Calls calls;
    private final SessionId id = newId();
    private final String key = "sojourn:" + id;

    ForeignDataTest(RedisServer server) {
        store = Servers.connectTo(server.uri());
        probe = server.probe();
        calls = new Calls(store);
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private Object dump() {
        return String.valueOf(probe.call("OBJECT", "ENCODING", key))
                + probe.type(key)
                + probe.memoryUsage(key)
                + probe.ttlMillis(key);
    }

    private void assertUntouchedByAllButADeletion() {
        Object before = dump();
        assertThatThrownBy(() -> answer(calls.load(id))).isInstanceOf(UnreadableSessionException.class);
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.ID_TAKEN);
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.GONE);
        assertThat(answer(calls.touch(id, 1))).isFalse();
        assertThat(dump()).isEqualTo(before);
        assertThat(answer(calls.delete(id))).isTrue();
        assertThat(probe.type(key)).isEqualTo("none");
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void aValueOfAnotherTypeIsLeftAlone() {
        for (List<String> command : List.of(
                List.of("SET", key, "text"),
                List.of("RPUSH", key, "a", "b"),
                List.of("SADD", key, "a"),
                List.of("ZADD", key, "1", "a"),
                List.of("XADD", key, "*", "v", REVISION))) {
            probe.call("DEL", key);
            probe.call(command.toArray(String[]::new));
            assertUntouchedByAllButADeletion();
        }
    }

    @Test
    void aHashOfSomebodyElseIsLeftAlone() {
        probe.call("HSET", key, "name", "ada", "count", "3");
        assertUntouchedByAllButADeletion();
    }

    @Test
    void aHashWithFieldsMissingOrDamagedCannotBeRead() {
        for (List<String> fields : List.of(
                List.of("v", REVISION),
                List.of("v", REVISION, "t", "0"),
                List.of("v", REVISION, "r", "x"),
                List.of("t", "0", "r", "x"),
                List.of("v", "", "t", "0", "r", "x"),
                List.of("v", "1", "t", "0", "r", "x"),
                List.of("v", "!!!!!!!!!!!", "t", "0", "r", "x"),
                List.of("v", "AAAAAAAAAAA", "t", "0", "r", "x"), // 0, which means absent
                List.of("v", REVISION + "AAAA", "t", "0", "r", "x"),
                List.of("v", "AQAAAAAAAAB", "t", "0", "r", "x"), // 1 in another spelling: no write would ever meet it
                List.of("v", REVISION + "=", "t", "0", "r", "x"),
                List.of("v", REVISION, "t", "", "r", "x"),
                List.of("v", REVISION, "t", "soon", "r", "x"),
                List.of("v", REVISION, "t", "1e3", "r", "x"),
                List.of("v", REVISION, "t", "99999999999999999999", "r", "x"))) {
            write(fields);
            assertThatThrownBy(() -> answer(calls.load(id)))
                    .as("%s", fields)
                    .isInstanceOf(UnreadableSessionException.class)
                    .hasMessageNotContaining("soon");
            assertThat(answer(calls.create(id))).isEqualTo(CommitResult.ID_TAKEN);
        }
    }

    private void write(List<String> fields) {
        probe.call("DEL", key);
        List<String> command = new ArrayList<>(List.of("HSET", key));
        command.addAll(fields);
        probe.call(command.toArray(String[]::new));
    }

    @Test
    void aWriteThatMeetsADamagedHashFailsAndChangesNothing() {
        write(List.of("v", "damaged", "r", "x"));
        Object before = dump();
        assertThatThrownBy(() -> answer(calls.change(id, 1, 2))).isInstanceOf(UnreadableSessionException.class);
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void forAManagerAllOfThisIsAnAbsentSession() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        session.set("a", 1);
        sessions.save(session);
        SessionToken token = session.token();
        String taken = "sojourn:" + token.id();
        session.set("a", 2);
        for (String[] command : new String[][] {
            {"HDEL", taken, "r"}, {"HSET", taken, "r", "garbage", "v", "garbage"}, {"SET", taken, "text"}
        }) {
            probe.call(command);
            assertThat(sessions.lookup(token)).as(Arrays.toString(command)).isInstanceOf(Lookup.Absent.class);
        }
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(sessions.revoke(token.id())).isTrue();
    }

    @Test
    void aSaveThatMeetsADamagedHashIsGoneAndNoException() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        session.set("a", 1);
        sessions.save(session);
        probe.call("HSET", "sojourn:" + session.id(), "v", "garbage", "t", "garbage");
        session.set("a", 2);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.GONE);
    }

    @Test
    void aHashWithMorePartsThanWeWroteIsStillRead() {
        answer(calls.create(id));
        probe.call("HSET", key, "a:later", "x", "other", "y");
        assertThat(answer(calls.load(id)).orElseThrow().parts()).containsOnlyKeys("r", "a:later", "other");
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(probe.hash(key)).containsOnlyKeys("v", "t", "r", "a:later", "other");
    }

    @Test
    void aValueOfAnotherTypeUnderTheKeyOfAnIndexIsLeftAloneAndTold() {
        IndexKey index = IndexKey.of(IndexKey.PRINCIPAL, "ada");
        String itsKey = "sojourn:@principal:" + index.hash();
        probe.call("SET", itsKey, "text");
        for (CompletionStage<?> refused : List.of(
                store.enter(new IndexEntry(index, id, Duration.ofMinutes(1), null)),
                store.page(index, null, 10),
                store.mark(index, null),
                store.marked(index),
                store.leave(index, List.of(id), true))) {
            assertThatThrownBy(() -> answer(refused))
                    .isInstanceOf(UnreadableSessionException.class)
                    .hasMessageContaining("of an index")
                    .hasMessageContaining("another prefix");
        }
        assertThat(probe.call("GET", itsKey)).isEqualTo("text");
    }
}
