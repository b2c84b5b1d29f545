package io.sojourn.zstd;

import com.github.luben.zstd.Zstd;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.LayeredStore;
import java.util.Set;

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
public final class CompressedStore extends LayeredStore {

    /** Parts of fewer bytes stay as they are: {@value}. */
    public static final int DEFAULT_THRESHOLD = 512;

    /** Zstandard's own default: {@value}. */
    public static final int DEFAULT_LEVEL = 3;

    /** To how much all compressed parts of a session may grow: 16 MiB. */
    public static final int DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

    private CompressedStore(Builder settings) {
        super(settings.store, new Compression(settings));
    }

    /** Compresses what that store holds. */
    public static CompressedStore over(SessionStore store) {
        return builder(store).build();
    }

    /** For more than {@link #over}. */
    public static Builder builder(SessionStore store) {
        return new Builder(store);
    }

    /** Settings of a {@link CompressedStore}. */
    public static final class Builder {

        private final SessionStore store;
        int threshold = DEFAULT_THRESHOLD;
        int level = DEFAULT_LEVEL;
        int maxBytes = DEFAULT_MAX_BYTES;
        boolean onlyRead;
        boolean largeOnly;
        Set<String> never = Set.of();

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
