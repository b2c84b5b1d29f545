package io.sojourn.zstd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SojournException;
import io.sojourn.observe.SessionObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compressed sessions as an application uses them. */
class CompressedSessionsTest {

    private static final String ESSAY = "tea and biscuits ".repeat(1_000);

    private final Scene scene = new Scene();
    private final SessionManager sessions = SessionManager.create(scene.store);
    private final List<String> unreadable = new ArrayList<>();
    private final SessionManager without = SessionManager.create(
            scene.beneath,
            SessionSettings.builder()
                    .observer(new SessionObserver() {
                        @Override
                        public void unreadableSession(SessionId id, SojournException cause) {
                            unreadable.add(id.toString());
                        }
                    })
                    .build());

    private Session stored(SessionManager by) {
        Session session = by.create();
        session.set("essay", ESSAY);
        session.set("name", "ada");
        assertThat(by.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    @Test
    void aNodeWithoutCompressionFindsTheSessionUnreadableAndLeavesIt() {
        Session session = stored(sessions);
        var before = scene.raw(session.id());
        assertThat(without.find(session.token())).isEmpty();
        assertThat(unreadable).containsExactly(session.id().toString());
        assertThat(scene.raw(session.id())).containsExactlyInAnyOrderEntriesOf(before);
    }

    @Test
    void sessionsFromBeforeAreReadAndCompressedWhenTheyAreWritten() {
        Session session = stored(without);
        Session found = sessions.find(session.token()).orElseThrow();
        assertThat(found.get("essay", String.class)).contains(ESSAY);
        found.set("essay", ESSAY + "!");
        found.set("name", "grace");
        assertThat(sessions.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(scene.raw(session.id())).containsOnlyKeys("r", "z:essay");
        assertThat(sessions.find(session.token()).orElseThrow().get("essay", String.class))
                .contains(ESSAY + "!");
    }

    @Test
    void savesAtTheSameTimeAreMerged() {
        Session session = stored(sessions);
        Session one = sessions.find(session.token()).orElseThrow();
        Session other = sessions.find(session.token()).orElseThrow();
        one.set("essay", ESSAY + "one");
        other.set("name", "grace");
        assertThat(sessions.save(one)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sessions.save(other)).isEqualTo(SaveOutcome.SAVED);
        Session merged = sessions.find(session.token()).orElseThrow();
        assertThat(merged.get("essay", String.class)).contains(ESSAY + "one");
        assertThat(merged.get("name", String.class)).contains("grace");
    }
}
