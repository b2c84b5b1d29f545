package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SojournException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Encrypted sessions as an application uses them. */
class EncryptedSessionsTest {

    private static final String LARGE = "large ".repeat(1_000);

    private final Scene scene = new Scene();
    private final FaultyStore beneath = new FaultyStore(scene.beneath);
    private final List<String> unreadable = new ArrayList<>();
    private final SessionManager sessions = SessionManager.create(
            EncryptedStore.over(beneath, scene.keys),
            SessionSettings.builder()
                    .observer(new SessionObserver() {
                        @Override
                        public void unreadableSession(SessionId id, SojournException cause) {
                            unreadable.add(id + " " + cause.getMessage());
                        }
                    })
                    .build());

    private Session stored() {
        Session session = sessions.create();
        session.set("account", "ada@example.org");
        session.set("essay", LARGE);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private Session find(Session session) {
        return sessions.find(session.token()).orElseThrow();
    }

    @Test
    void theStoreBeneathSeesNeitherValuesNorNames() {
        Session session = stored();
        session.signIn("principal-of-ada");
        sessions.save(session);
        StoredSession raw = scene.raw(session.id());
        assertThat(raw.parts()).containsOnlyKeys("r", "x1");
        raw.parts()
                .forEach((name, bytes) -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                        .as(name)
                        .doesNotContain("account", "ada", "essay", "large", "principal"));
    }

    @Test
    void oneValueTwiceLooksDifferent() {
        Session one = stored();
        Session other = stored();
        assertThat(scene.raw(one.id()).parts().get("x1"))
                .isNotEqualTo(scene.raw(other.id()).parts().get("x1"));
    }

    @Test
    void everyRequestCostsAsManyCommandsAsWithoutEncryption() {
        Session created = stored();
        assertThat(beneath.calls()).isEqualTo(1);
        beneath.resetCalls();

        Session session = find(created);
        session.set("visits", 1);
        sessions.save(session);
        session.set("essay", LARGE + "!");
        sessions.save(session);
        session.set("visits", 2);
        sessions.save(session);
        assertThat(beneath.calls(Operation.LOAD)).isEqualTo(1);
        assertThat(beneath.calls(Operation.COMMIT)).isEqualTo(3);
        assertThat(beneath.calls()).isEqualTo(4);
        assertThat(find(created).get("essay", String.class)).contains(LARGE + "!");
    }

    @Test
    void savesAtTheSameTimeAreMerged() {
        Session created = stored();
        Session one = find(created);
        Session other = find(created);
        one.set("essay", LARGE + "one");
        other.set("note", LARGE + "other");
        other.remove("account");
        assertThat(sessions.save(one)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sessions.save(other)).isEqualTo(SaveOutcome.SAVED);
        Session merged = find(created);
        assertThat(merged.names()).containsExactlyInAnyOrder("essay", "note");
        assertThat(merged.get("essay", String.class)).contains(LARGE + "one");
        assertThat(unreadable).isEmpty();
    }

    @Test
    void aNodeThatNeverReadTheSessionMayWriteToIt() {
        Session created = stored();
        Session session = find(created);
        SessionManager elsewhere = SessionManager.create(EncryptedStore.over(beneath, scene.keys));
        session.set("visits", 7);
        assertThat(elsewhere.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(find(created).get("visits", Integer.class)).contains(7);
        assertThat(find(created).get("essay", String.class)).contains(LARGE);
    }

    @Test
    void aTamperedSessionReadsAsAbsentAndIsReported() {
        Session created = stored();
        StoredSession raw = scene.raw(created.id());
        Map<String, byte[]> parts = new HashMap<>(raw.parts());
        parts.put("x1", scene.raw(stored().id()).parts().getOrDefault("x1", new byte[0]));
        scene.plant(created.id(), raw.revision(), parts);
        assertThat(sessions.find(created.token())).isEmpty();
        assertThat(unreadable)
                .singleElement()
                .asString()
                .startsWith(created.id().toString());
    }

    @Test
    void aNodeWithoutKeysReadsItAsAbsent() {
        Session created = stored();
        SessionManager without = SessionManager.create(scene.beneath);
        assertThat(without.find(created.token())).isEmpty();
        assertThat(scene.raw(created.id()).parts()).containsOnlyKeys("r", "x1");
    }

    @Test
    void closingClosesTheStoreBeneath() {
        MemoryStore memory = new MemoryStore();
        EncryptedStore store = EncryptedStore.over(memory, scene.keys);
        store.close();
        assertThat(memory.load(Scene.newId()).toCompletableFuture()).isCompletedExceptionally();
    }
}
