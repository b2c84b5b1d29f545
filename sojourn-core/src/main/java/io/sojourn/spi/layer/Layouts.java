package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was seen of the sessions that were in use last, each at one revision. */
final class Layouts<L> {

    private record Seen<L>(long revision, L layout) {}

    private final int limit;

    /** Ordered by use; guarded by itself. */
    private final LinkedHashMap<SessionId, Seen<L>> seen = new LinkedHashMap<>(16, 0.75f, true);

    Layouts(int limit) {
        this.limit = limit;
    }

    @Nullable
    L recall(SessionId id, long revision) {
        synchronized (seen) {
            Seen<L> last = seen.get(id);
            return last == null || last.revision() != revision ? null : last.layout();
        }
    }

    void remember(SessionId id, long revision, L layout) {
        synchronized (seen) {
            seen.put(id, new Seen<>(revision, layout));
            if (seen.size() > limit) {
                var oldest = seen.entrySet().iterator();
                Map.Entry<SessionId, Seen<L>> unused = oldest.next();
                oldest.remove();
            }
        }
    }

    void forget(SessionId id) {
        synchronized (seen) {
            seen.remove(id);
        }
    }
}
