package io.sojourn.ring;

import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.redis.RedisStrings;
import io.sojourn.redis.RedisStrings.Condition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sessions as ring-redis-session keeps them: one string at <code>&lt;prefix&gt;:&lt;uuid&gt;</code>. */
final class OldStore {

    private static final Logger LOG = System.getLogger("io.sojourn.ring");

    private final RingStore store;
    private final RedisStrings strings;
    private final String prefix;
    private final Handlers handlers;
    private final @Nullable Duration expiry;
    private final boolean extendOnRead;
    private final AtomicBoolean warned = new AtomicBoolean();

    OldStore(RedisStrings strings, Options options, RingStore store) {
        this.store = store;
        this.strings = strings;
        this.prefix = options.prefix();
        this.handlers = options.handlers();
        this.expiry = options.expiry();
        this.extendOnRead = options.resetOnRead();
    }

    /** A session's data; empty if there is none at that key, or nothing that can be read. */
    Optional<Mark.OldLayout> read(String key) {
        Optional<byte[]> stored;
        try {
            CompletionStage<Optional<byte[]>> reply =
                    expiry != null && extendOnRead ? strings.getAndExpire(key, expiry) : strings.get(key);
            stored = Waiting.await(reply);
        } catch (UnreadableSessionException e) {
            return Optional.empty(); // A value of another type lies there.
        }
        return stored.flatMap(bytes -> decoded(key, bytes));
    }

    private Optional<Mark.OldLayout> decoded(String key, byte[] bytes) {
        try {
            Object value = CarmineValues.read(bytes);
            if (CarmineValues.isIncomplete(value)) {
                warn(
                        "A session of ring-redis-session holds values that Nippy does not thaw as it is set up here (see its"
                                + " thaw-serializable-allowlist); it is left as it is, and its user is signed out.");
                return Optional.empty();
            }
            return Optional.of(new Mark.OldLayout(store, key, handlers.read(value)));
        } catch (CarmineValues.MissingNippyException e) {
            warn(
                    "Sessions of ring-redis-session in the format of Nippy are there, and cannot be read: add com.taoensso/nippy"
                            + " to the application's dependencies for as long as there are any. Until then their users are"
                            + " signed out.");
        } catch (Exception | StackOverflowError e) { // Clojure throws checked exceptions undeclared.
            warn("A session of ring-redis-session cannot be read ("
                    + e.getClass().getName()
                    + "); if it was written with handlers, the store needs the same :read-handler.");
        }
        return Optional.empty();
    }

    private void warn(String text) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, text);
        }
    }

    /** Stores a new session. */
    String create(@Nullable Object data) {
        String key = prefix + ":" + UUID.randomUUID();
        if (!Waiting.await(strings.set(key, bytes(data), expiry, Condition.IF_ABSENT))) {
            throw new StoreUnavailableException(
                    "A random key was taken already; is this prefix for sessions alone?", null);
        }
        return key;
    }

    /** Stores a session anew, unless it is gone; tells whether it was there. */
    boolean replace(String key, @Nullable Object data) {
        return Waiting.await(strings.set(key, bytes(data), expiry, Condition.IF_PRESENT));
    }

    boolean delete(String key) {
        return Waiting.await(strings.delete(key));
    }

    private byte[] bytes(@Nullable Object data) {
        return CarmineValues.write(handlers.written(Marks.removedFrom(data)));
    }
}
