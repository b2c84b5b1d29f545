package io.sojourn.testkit.contract;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.LayeredStore;
import io.sojourn.spi.layer.PartLayer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A layer that writes all parts backwards, and beside them under a name of its own how many there are: what it writes
 * depends on all that is stored. Parts named {@code old:…} it writes as they are, and wants them written anew.
 */
final class ReversingStore extends LayeredStore {

    private static final String COUNT = "count";
    private static final String OLD = "old:";

    ReversingStore(SessionStore store) {
        super(store, new Reversing());
    }

    private static final class Reversing implements PartLayer<Set<String>> {

        @Override
        public Opened<Set<String>> open(SessionId id, StoredSession stored) {
            Map<String, byte[]> parts = new HashMap<>();
            Set<String> stale = new TreeSet<>();
            stored.parts().forEach((name, bytes) -> {
                if (name.startsWith(OLD)) {
                    parts.put(name.substring(OLD.length()), bytes);
                    stale.add(name);
                } else if (!name.equals(COUNT)) {
                    parts.put(name, reversed(bytes));
                }
            });
            byte[] count = stored.parts().get(COUNT);
            if (count == null || !Arrays.equals(count, count(parts.size()))) {
                throw new UnreadableSessionException("The count is wrong", null);
            }
            stale.addAll(parts.keySet());
            return new Opened<>(parts, stale);
        }

        @Override
        public Set<String> outdated(Set<String> layout) {
            return layout.stream()
                    .filter(name -> name.startsWith(OLD))
                    .map(name -> name.substring(OLD.length()))
                    .collect(Collectors.toSet());
        }

        @Override
        public Laid<Set<String>> lay(SessionWrite write, @Nullable Set<String> before) {
            if (write.put().containsKey("a:refused")) {
                throw new IllegalArgumentException("refused");
            }
            Set<String> layout = new TreeSet<>(before == null ? Set.of() : before);
            Set<String> remove = new HashSet<>(write.remove());
            layout.stream().filter(name -> name.startsWith(OLD)).forEach(remove::add);
            layout.removeAll(remove);
            layout.addAll(write.put().keySet());
            Map<String, byte[]> put = new HashMap<>();
            write.put().forEach((name, bytes) -> put.put(name, reversed(bytes)));
            put.put(COUNT, count(layout.size()));
            SessionWrite laid = new SessionWrite(
                    write.id(),
                    write.expectedRevision(),
                    write.revision(),
                    write.touchedAt(),
                    write.timeToLive(),
                    put,
                    remove);
            return new Laid<>(laid, Set.copyOf(layout));
        }
    }

    static byte[] count(int parts) {
        return Integer.toString(parts).getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
