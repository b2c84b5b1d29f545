package io.sojourn.zstd;

import com.github.luben.zstd.Zstd;
import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.LayeredStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store that compresses what another store holds, where that makes it smaller. What is there uncompressed stays readable.
 *
 * <pre>{@code
 * SessionStore store = CompressedStore.over(RedisStore.connect("redis://localhost"));
 * SessionStore secret = CompressedStore.over(EncryptedStore.over(redis, keys));   // compress, then encrypt
 * }</pre>
 *
 * <p><b>Length tells.</b> Compressed, a text that repeats another one is shorter. Whoever sees how long stored sessions are
 * (encryption hides what they say, not how long they are) and may put texts of his choice beside a secret, again and again,
 * can find out the secret piece by piece: CRIME and BREACH did it with cookies. So every large attribute is compressed by
 * itself. Small attributes lie in one record, and are compressed together: if secrets are among them and an attacker's text
 * may be, use {@link Builder#largeOnly()}; for a large one that mixes both, {@link Builder#never}. The hashes of session
 * secrets in the record are of no use to whoever finds them out.
 *
 * <p><b>How it works.</b> A compressed part is in a {@link Frame}, a large attribute under {@code z:<name>} instead of {@code
 * a:<name>}. If any part of a session is compressed its record is in a frame as well, so that a node without this layer finds
 * the whole session unreadable instead of half of it, and leaves it alone.
 */
@SuppressWarnings("exports") // What a layer knows of a session is between it and its base.
public final class CompressedStore extends LayeredStore<Layout> {

    /** Parts of fewer bytes stay as they are: {@value}. */
    public static final int DEFAULT_THRESHOLD = 512;

    /** Zstandard's own default: {@value}. */
    public static final int DEFAULT_LEVEL = 3;

    /** To how much all compressed parts of a session may grow: 16 MiB. */
    public static final int DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

    private static final String RECORD = "r";
    private static final String PLAIN = "a:";
    private static final String FRAMED = "z:";

    private final int threshold;
    private final int level;
    private final int maxBytes;
    private final boolean onlyRead;
    private final boolean largeOnly;
    private final Set<String> never;

    private CompressedStore(Builder settings) {
        super(settings.store);
        threshold = settings.threshold;
        level = settings.level;
        maxBytes = settings.maxBytes;
        onlyRead = settings.onlyRead;
        largeOnly = settings.largeOnly;
        never = Set.copyOf(settings.never);
    }

    /** Compresses what that store holds. */
    public static CompressedStore over(SessionStore store) {
        return builder(store).build();
    }

    /** For more than {@link #over}. */
    public static Builder builder(SessionStore store) {
        return new Builder(store);
    }

    @Override
    protected Opened<Layout> open(SessionId id, StoredSession stored) {
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
        return new Opened<>(parts, new Layout(marked, Map.copyOf(sizes)));
    }

    @Override
    protected Laid<Layout> lay(SessionWrite write, @Nullable Layout before) {
        return new Laying(write, before == null ? Layout.NONE : before).laid();
    }

    /** One write, part by part. */
    private final class Laying {

        private final SessionWrite write;
        private final Layout before;
        private final Map<String, Integer> sizes;
        private final Map<String, byte[]> put = new HashMap<>();
        private final Set<String> remove = new HashSet<>();

        Laying(SessionWrite write, Layout before) {
            this.write = write;
            this.before = before;
            this.sizes = new HashMap<>(before.sizes());
        }

        Laid<Layout> laid() {
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
            return new Laid<>(laid, new Layout(markedAfter, Map.copyOf(sizes)));
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

    /** Settings of a {@link CompressedStore}. */
    public static final class Builder {

        private final SessionStore store;
        private int threshold = DEFAULT_THRESHOLD;
        private int level = DEFAULT_LEVEL;
        private int maxBytes = DEFAULT_MAX_BYTES;
        private boolean onlyRead;
        private boolean largeOnly;
        private Set<String> never = Set.of();

        private Builder(SessionStore store) {
            this.store = store;
        }

        /** Parts of fewer bytes stay as they are; by default {@value #DEFAULT_THRESHOLD}. */
        public Builder threshold(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("threshold must be at least 1 byte, not " + bytes);
            }
            this.threshold = bytes;
            return this;
        }

        /** From 1, fast, to 19, small; by default {@value #DEFAULT_LEVEL}. */
        public Builder level(int compression) {
            if (compression < 1 || compression > 19) {
                throw new IllegalArgumentException("level must be from 1 to 19, not " + compression);
            }
            this.level = compression;
            return this;
        }

        /**
         * To how much all compressed parts of a session together may grow when they are read; by default 16 MiB. What is
         * more is unreadable, and is never written: it stays uncompressed. Should not be less on one node than on another.
         */
        public Builder maxBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes must be at least 1, not " + bytes);
            }
            this.maxBytes = bytes;
            return this;
        }

        /** Leaves the record with all small attributes uncompressed: see above for when that is wise. */
        public Builder largeOnly() {
            this.largeOnly = true;
            return this;
        }

        /** Never compresses these attributes where they are large. Among small ones: {@link #largeOnly()}. */
        public Builder never(String... attributes) {
            this.never = Set.of(attributes);
            return this;
        }

        /**
         * Reads what is compressed and compresses nothing: for the first of two deploys, since nodes without this layer
         * cannot read what it compresses; and for the last but one before it is taken away.
         */
        public Builder onlyRead() {
            this.onlyRead = true;
            return this;
        }

        /**
         * The store.
         *
         * @throws IllegalStateException if the native library cannot be loaded
         */
        public CompressedStore build() {
            try {
                int unused = Zstd.maxCompressionLevel();
            } catch (LinkageError e) {
                throw new IllegalStateException(
                        "The native library of zstd-jni cannot be loaded: there is none for this platform, or the folder"
                                + " that it is unpacked to does not allow programs. Set the system property ZstdTempFolder"
                                + " to one that does, or ZstdNativePath to the library",
                        e);
            }
            return new CompressedStore(this);
        }
    }
}
