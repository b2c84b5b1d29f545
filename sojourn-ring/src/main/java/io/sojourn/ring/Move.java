package io.sojourn.ring;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves sessions of the older store into ours, while requests with the old cookie are under way.
 *
 * <p>The new session gets an id that is computed from the old key, so that of two requests which move it at once the second
 * finds what the first has made and is merged into it. Its secret is a fresh one, since old keys may stand in dumps: the new
 * session is made as one that the old key opened until a moment ago. So requests which still show the old key are treated
 * as after any rotation: they see nothing, and cannot replace the new cookie.
 */
final class Move {

    private final SessionManager sessions;
    private final SessionKeys keys;
    private final Layout layout;
    private final OldStore old;

    Move(SessionManager sessions, SessionKeys keys, Layout layout, OldStore old) {
        this.sessions = sessions;
        this.keys = keys;
        this.layout = layout;
        this.old = old;
    }

    /** Stores what was made of an old session as a new one; gives its key, or null if another request has moved it. */
    @Nullable
    String move(Mark.OldLayout read, @Nullable Object data) {
        String key = (String) read.key();
        SessionToken named = keys.named(key);
        String moved = moveTo(named, key, data);
        if (moved != null || merge(named, read, data)) {
            return moved;
        }
        // Somebody moved it longer ago, and then could not remove the old one: his answer never arrived.
        if (old.read(key).isEmpty()) {
            return null;
        }
        boolean unused = sessions.revoke(named.id());
        return moveTo(named, key, data);
    }

    private @Nullable String moveTo(SessionToken named, String key, @Nullable Object data) {
        Session session = sessions.create(named);
        layout.replacement(data).make(session);
        SessionToken secret = session.rotate();
        if (sessions.save(session) != SaveOutcome.SAVED) {
            return null;
        }
        if (!old.delete(key)) {
            boolean unused = sessions.revoke(session); // It was signed out in the meantime.
            return null;
        }
        return secret.reveal();
    }

    /** Lays this request's changes over what another one has moved. */
    private boolean merge(SessionToken named, Mark.OldLayout read, @Nullable Object data) {
        Session session = sessions.create(named);
        Optional<Boolean> done = sessions.update(session, current -> {
            Contents now = layout.read(current);
            Object there = now == null || now.attributes().isEmpty() ? read.data() : now.data();
            layout.merge(current, now, read.data(), data, there);
            return true;
        });
        if (session.isStored()) {
            boolean unused = sessions.revoke(session); // There was nothing to merge with any more: it is gone.
        }
        return done.isPresent();
    }

    /**
     * Makes of an old session one of ours that the same key opens, for a change that cannot hand out a new key. It gets its
     * secret with the next answer.
     */
    void settle(String key, boolean keepsOldLayout) {
        Optional<Mark.OldLayout> found = old.read(key);
        if (found.isEmpty()) {
            return;
        }
        if (keepsOldLayout) {
            throw new IllegalStateException(
                    "swap-session! needs sessions of the new layout, and :legacy :keep keeps the old");
        }
        Session session = sessions.create(keys.named(key));
        layout.replacement(found.get().data()).make(session);
        if (sessions.save(session) == SaveOutcome.SAVED && session.isStored() && !old.delete(key)) {
            boolean unused = sessions.revoke(session);
        }
    }
}
