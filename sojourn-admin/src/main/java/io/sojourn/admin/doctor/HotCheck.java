package io.sojourn.admin.doctor;

import io.sojourn.SessionId;
import io.sojourn.admin.Severity;
import io.sojourn.admin.scan.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Watches sessions that were just used for a second, and finds those that are written all the time. */
public final class HotCheck {

    private static final int LOOKS = 10;
    private static final int CHANGED_AT_LEAST = 7;
    private static final long BETWEEN_NANOS = Duration.ofMillis(100).toNanos();

    private final Patient patient;
    private final Notes notes;

    public HotCheck(Patient patient, Notes notes) {
        this.patient = patient;
        this.notes = notes;
    }

    /** Looks at the revisions of these sessions, ten times in a second. */
    public void look(List<SessionId> recentlyUsed) {
        if (recentlyUsed.isEmpty()) {
            return;
        }
        Map<SessionId, String> last = new HashMap<>();
        Map<SessionId, Integer> changes = new HashMap<>();
        for (int i = 0; i < LOOKS; i++) {
            Map<SessionId, String> now = revisions(recentlyUsed);
            now.forEach((id, revision) -> {
                String before = last.put(id, revision);
                if (before != null && !before.equals(revision)) {
                    changes.merge(id, 1, Integer::sum);
                }
            });
            LockSupport.parkNanos(this, BETWEEN_NANOS);
        }
        Examples hot = new Examples();
        changes.forEach((id, count) -> {
            if (count >= CHANGED_AT_LEAST) {
                hot.add(id.toString());
            }
        });
        if (!hot.isEmpty()) {
            notes.add(
                    "hot",
                    Severity.WARNING,
                    "sessions",
                    hot.say("session is written several times a second", "sessions are written several times a second"),
                    "Writes of one session wait for each other, and may fail with ConflictException",
                    "Find out which client sends so many requests, or store what changes so often elsewhere");
        }
    }

    private Map<SessionId, String> revisions(List<SessionId> ids) {
        List<CompletionStage<List<@Nullable Object>>> replies = new ArrayList<>();
        for (SessionId id : ids) {
            String key = patient.key(id.toString());
            replies.add(patient.redis().master(key).call("HGET", key, "v"));
        }
        Map<SessionId, String> revisions = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            revisions.put(ids.get(i), Reply.text(Reply.at(Reply.await(replies.get(i)), 0)));
        }
        return revisions;
    }
}
