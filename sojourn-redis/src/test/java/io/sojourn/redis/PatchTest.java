package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes of which only a piece is sent. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class PatchTest {

    private static final int LENGTH = 600;

    private final RedisStore store;
    private final RedisProbe probe;

    PatchTest(RedisServer server) {
        store = RedisStore.connect(server.uri());
        probe = server.probe();
        store.ping();
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private static SessionWrite write(SessionId id, long revision, byte[] before, byte[] after) {
        return new SessionWrite(
                id,
                revision - 1,
                revision,
                Instant.EPOCH,
                Duration.ofMinutes(10),
                Map.of("r", after),
                Set.of(),
                before.length == 0 ? Map.of() : Map.of("r", before));
    }

    private SessionId stored(byte[] record) {
        SessionId id = newId();
        assertThat(answer(store.commit(write(id, 1, new byte[0], record)))).isEqualTo(CommitResult.APPLIED);
        return id;
    }

    private byte[] record(SessionId id) {
        return Objects.requireNonNull(probe.hash("sojourn:" + id).get("r"));
    }

    private static byte[] random(Random random, int length, int letters) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (letters == 256 ? random.nextInt() : random.nextInt(letters));
        }
        return bytes;
    }

    private static byte[] join(byte[]... pieces) {
        int length = Arrays.stream(pieces).mapToInt(piece -> piece.length).sum();
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }

    @Test
    void whateverPieceChangesTheWholeIsStored() {
        Random random = new Random(7);
        for (int letters : new int[] {1, 2, 256}) {
            byte[] before = random(random, LENGTH, letters);
            SessionId id = stored(before);
            for (int revision = 2; revision < 60; revision++) {
                int from = random.nextInt(before.length + 1);
                int to = from + random.nextInt(Math.min(100, before.length - from + 1));
                byte[] after = join(
                        Arrays.copyOf(before, from),
                        random(random, random.nextInt(120), letters),
                        Arrays.copyOfRange(before, to, before.length));
                SessionWrite write = write(id, revision, before, after);
                assertThat(Commit.of(write).script()).isSameAs(Script.PATCH);
                assertThat(answer(store.commit(write))).isEqualTo(CommitResult.APPLIED);
                assertThat(record(id)).isEqualTo(after);
                before = after;
            }
        }
    }

    @Test
    void whatDoesNotChangeIsNotSent() {
        byte[] before = random(new Random(1), 100_000, 256);
        byte[] after = before.clone();
        after[70_000]++;
        int sent = Arrays.stream(Commit.of(write(newId(), 2, before, after)).arguments())
                .mapToInt(argument -> argument.length)
                .sum();
        assertThat(sent).isLessThan(80);
    }

    @Test
    void aRecordOfWhichNearlyNothingStaysIsSentWhole() {
        byte[] before = random(new Random(1), LENGTH, 256);
        SessionWrite write = write(stored(before), 2, before, random(new Random(2), LENGTH, 256));
        assertThat(Commit.of(write).script()).isSameAs(Script.COMMIT);
        assertThat(answer(store.commit(write))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void aPieceIsPutIntoNothingButTheRevisionThatItIsOf() {
        byte[] before = random(new Random(1), LENGTH, 256);
        byte[] after = join(before, new byte[] {1});
        SessionId id = stored(before);
        assertThat(answer(store.commit(write(id, 2, before, join(before, new byte[] {9})))))
                .isEqualTo(CommitResult.APPLIED);
        assertThat(answer(store.commit(write(id, 2, before, after)))).isInstanceOfSatisfying(Conflict.class, found -> {
            assertThat(found.current().revision()).isEqualTo(2);
            assertThat(found.current().parts()).containsKey("r");
        });
        assertThat(answer(store.delete(id))).isTrue();
        assertThat(answer(store.commit(write(id, 2, before, after)))).isEqualTo(CommitResult.GONE);
        assertThat(probe.call("EXISTS", "sojourn:" + id)).isEqualTo(0L);
    }

    @Test
    void aRecordThatSomebodyElseHasWrittenIntoIsFoundToBeAnother() {
        byte[] before = random(new Random(1), LENGTH, 256);
        SessionId id = stored(before);
        probe.call("HSET", "sojourn:" + id, "r", "shorter");
        assertThat(answer(store.commit(write(id, 2, before, join(before, new byte[] {1})))))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        found -> assertThat(found.current().parts().get("r"))
                                .isEqualTo("shorter".getBytes(StandardCharsets.UTF_8)));
        assertThat(record(id)).isEqualTo("shorter".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void underAKeyOfAnotherTypeTheSessionIsGone() {
        byte[] before = random(new Random(1), LENGTH, 256);
        SessionId id = stored(before);
        probe.call("SET", "sojourn:" + id, "text");
        assertThat(answer(store.commit(write(id, 2, before, join(before, new byte[] {1})))))
                .isEqualTo(CommitResult.GONE);
        assertThat(probe.call("GET", "sojourn:" + id)).isEqualTo("text");
    }

    @Test
    void aRequestThatChangesOneOfManyAttributesSendsThatOne() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        Sessions.fillWithOneKilobyte(session);
        for (int i = 0; i < 40; i++) {
            session.set("more" + i, "w".repeat(100));
        }
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        Session found = sessions.find(session.token()).orElseThrow();
        found.set("attribute3", "changed");
        probe.resetStats();
        assertThat(sessions.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(probe.commandStats()).containsEntry("evalsha", 1L).containsEntry("hmget", 1L);
        Session again = sessions.find(session.token()).orElseThrow();
        assertThat(again.<String>get("attribute3")).isEqualTo("changed");
        assertThat(again.<String>get("attribute6")).isEqualTo("v".repeat(110) + 6);
        assertThat(again.<Long>get("count")).isEqualTo(123_456_789_012L);
        assertThat(again.names()).hasSize(50);
    }

    /** To put a small record together takes the server longer than to be sent it. */
    @Test
    void aSmallRecordAloneIsSentWhole() {
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.create();
        Sessions.fillWithOneKilobyte(session);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        session.set("attribute3", "changed");
        probe.resetStats();
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(probe.commandStats()).containsEntry("evalsha", 1L).doesNotContainKey("hmget");
    }
}
