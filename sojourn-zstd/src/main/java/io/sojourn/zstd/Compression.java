package io.sojourn.zstd;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.PartLayer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parts are in a frame, and which are worth one. */
final class Compression implements PartLayer<FrameLayout> {

    private static final String RECORD = "r";
    private static final String PLAIN = "a:";
    private static final String FRAMED = "z:";

    private final int threshold;
    private final int level;
    private final int maxBytes;
    private final boolean onlyRead;
    private final boolean largeOnly;
    private final Set<String> never;

    Compression(CompressedStore.Builder settings) {
        threshold = settings.threshold;
        level = settings.level;
        maxBytes = settings.maxBytes;
        onlyRead = settings.onlyRead;
        largeOnly = settings.largeOnly;
        never = Set.copyOf(settings.never);
    }

    @Override
    public Opened<FrameLayout> open(SessionId id, StoredSession stored) {
        byte[] record = stored.parts().get(RECORD);
        boolean marked = record == null || Frame.isFramed(record);
        Map<String, byte[]> parts = new HashMap<>();
        Map<String, Integer> sizes = new HashMap<>();
        int left = maxBytes;
        for (Map.Entry<String, byte[]> part : stored.parts().entrySet()) {
            String name = part.getKey();
            byte[] bytes = part.getValue();
            boolean framed = name.startsWith(FRAMED) || (name.equals(RECORD) && Frame.isFramed(bytes));
            if (framed) {
                bytes = Frame.open(bytes, left);
                int size = Frame.isCompressed(part.getValue()) ? bytes.length : 0;
                left -= size;
                sizes.put(name, size);
            }
            String own = name.startsWith(FRAMED) ? PLAIN + name.substring(FRAMED.length()) : name;
            if ((name.startsWith(FRAMED) && !marked) || parts.put(own, bytes) != null) {
                throw new UnreadableSessionException(
                        "The stored session is compressed in a way that this layer does not do it", null);
            }
        }
        return new Opened<>(parts, new FrameLayout(marked, Map.copyOf(sizes)));
    }

    @Override
    public Laid<FrameLayout> lay(SessionWrite write, @Nullable FrameLayout before) {
        return new Laying(write, before == null ? FrameLayout.NONE : before).laid();
    }

    /** One write, part by part. */
    private final class Laying {

        private final SessionWrite write;
        private final FrameLayout before;
        private final Map<String, Integer> sizes;
        private final Map<String, byte[]> put = new HashMap<>();
        private final Set<String> remove = new HashSet<>();

        Laying(SessionWrite write, FrameLayout before) {
            this.write = write;
            this.before = before;
            this.sizes = new HashMap<>(before.sizes());
        }

        Laid<FrameLayout> laid() {
            write.remove().forEach(this::remove);
            boolean marked = before.marked() || write.remove().contains(RECORD);
            byte[] record = write.put().get(RECORD);
            write.put().forEach((name, plain) -> {
                remove(name);
                if (!name.equals(RECORD)) {
                    put(name, plain, marked || record != null);
                }
            });
            boolean markedAfter = record == null ? marked : putRecord(record);
            remove.removeAll(put.keySet());
            SessionWrite laid = new SessionWrite(
                    write.id(),
                    write.expectedRevision(),
                    write.revision(),
                    write.touchedAt(),
                    write.timeToLive(),
                    put,
                    remove);
            return new Laid<>(laid, new FrameLayout(markedAfter, Map.copyOf(sizes)));
        }

        /** A part goes, or its other form does. */
        private void remove(String name) {
            String framed = framed(name);
            if (sizes.remove(framed) != null) {
                remove.add(framed);
            } else if (!write.creates()) {
                remove.add(name);
            }
        }

        private void put(String name, byte[] plain, boolean mayFrame) {
            boolean allowed = mayFrame && name.startsWith(PLAIN) && !never.contains(name.substring(PLAIN.length()));
            byte[] compressed = allowed ? compress(plain) : null;
            put.put(compressed == null ? name : framed(name), compressed == null ? plain : compressed);
            if (compressed != null) {
                sizes.put(framed(name), plain.length);
            }
        }

        /** Tells whether the record is in a frame. */
        private boolean putRecord(byte[] plain) {
            byte[] framed = largeOnly ? null : compress(plain);
            int size = framed == null ? 0 : plain.length;
            if (framed == null && (!sizes.isEmpty() || Frame.isFramed(plain))) {
                framed = Frame.wrap(plain);
            }
            put.put(RECORD, framed == null ? plain : framed);
            if (framed != null) {
                sizes.put(RECORD, size);
            }
            return framed != null;
        }

        private byte @Nullable [] compress(byte[] plain) {
            long all = sizes.values().stream().mapToLong(Integer::longValue).sum() + plain.length;
            return onlyRead || plain.length < threshold || all > maxBytes ? null : Frame.compress(plain, level);
        }
    }

    private static String framed(String name) {
        return name.startsWith(PLAIN) ? FRAMED + name.substring(PLAIN.length()) : name;
    }
}
