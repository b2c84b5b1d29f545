package io.sojourn.redis.operation;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.LogThrottle;
import io.sojourn.log.SettingName;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads large sessions over a connection of their own, which is made when the first one is met. What is larger than the limit is
 * refused by the server's side, before it is sent.
 */
public final class LargeSessions implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.sojourn.redis");

    private static final String WHAT = "The load of a large session";

    private final Supplier<Connection> opening;
    private final long maxBytes;
    private final Duration timeout;
    private final LogThrottle<String> throttle = new LogThrottle<>(System::nanoTime);
    private @Nullable CompletableFuture<Connection> connection;
    private boolean closed;

    /**
     * Made for one store.
     *
     * @param opening a new connection that is not open yet
     * @param maxBytes the most that a session may take in Redis
     */
    public LargeSessions(Supplier<Connection> opening, long maxBytes, Duration timeout) {
        this.timeout = timeout;
        this.opening = opening;
        this.maxBytes = maxBytes;
    }

    /**
     * The answer of {@code load.lua} for a session that is known to be large.
     *
     * @param part null for all of it
     */
    public CompletionStage<Object> load(String key, long bytes, @Nullable String part) {
        if (bytes > maxBytes) {
            return CompletableFuture.failedFuture(tooLarge("The session", bytes));
        }
        CompletableFuture<Object> loaded = connected().thenCompose(over -> {
            CompletionStage<Object> reply;
            try {
                reply = Script.LOAD.run(over.commands(), key, arguments(maxBytes, part));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(over.told(WHAT, e));
            }
            return reply.handle((answer, failure) -> {
                if (failure != null) {
                    throw failed(over, bytes, failure);
                }
                return requireSmall("The session", answer);
            });
        });
        return loaded.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            throw LettuceExceptions.cause(failure) instanceof TimeoutException
                    ? new StoreUnavailableException(
                            WHAT + " of " + bytes + " bytes took longer than " + timeout.toMillis() + " ms: raise "
                                    + SettingName.TIMEOUT + ", or store less in sessions",
                            null)
                    : LettuceExceptions.rethrown(failure);
        });
    }

    /** How many bytes a session may take in Redis to be loaded. */
    public long maxBytes() {
        return maxBytes;
    }

    public static byte[][] arguments(long mostBytes, @Nullable String part) {
        String most = Long.toString(mostBytes);
        return part == null ? SessionHash.texts(most) : SessionHash.texts(most, part);
    }

    private synchronized CompletableFuture<Connection> connected() {
        CompletableFuture<Connection> current = connection;
        if (closed) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("The store is closed", null));
        }
        if (current == null) {
            Connection opened = opening.get();
            // Opening waits for the first try to connect, which an event loop must not do.
            current = CompletableFuture.supplyAsync(() -> {
                opened.open();
                return opened;
            });
            connection = current;
        }
        return current;
    }

    /**
     * The answer of a script that looks at the size first.
     *
     * @param what was read, for the message
     * @throws UnreadableSessionException if it is larger than the limit
     */
    public Object requireSmall(String what, Object answer) {
        long bytes = SessionHash.largeBytes(answer);
        if (bytes > 0) {
            throw tooLarge(what, bytes);
        }
        return answer;
    }

    private UnreadableSessionException tooLarge(String what, long bytes) {
        return new UnreadableSessionException(
                what + " takes " + bytes + " bytes in Redis, and maxLoadBytes is " + maxBytes
                        + ": it was not asked for. If the application stores sessions of this size, raise "
                        + SettingName.REDIS_MAX_LOAD_BYTES + "; else something else wrote to its key",
                null);
    }

    /** The server may have closed the connection because of the reply's size, and does not say so to the client. */
    private SojournException failed(Connection over, long bytes, Throwable failure) {
        Throwable cause = LettuceExceptions.cause(failure);
        if (cause instanceof SojournException
                || cause instanceof RedisCommandExecutionException
                || cause instanceof RedisCommandTimeoutException) {
            return over.told(WHAT, failure);
        }
        StoreUnavailableException told = new StoreUnavailableException(
                "The connection to " + over + " was closed while a session of " + bytes
                        + " bytes was loaded: see whether the server's client-output-buffer-limit for normal clients is less, and"
                        + " raise it, or store less in sessions",
                cause);
        throttle.ifDue("lost", more -> LOG.log(Level.WARNING, "{0}{1}", told.getMessage(), more));
        return told;
    }

    @Override
    public synchronized void close() {
        closed = true;
        CompletableFuture<Connection> current = connection;
        if (current != null) {
            CompletableFuture<?> unused = current.thenAccept(Connection::close);
        }
    }
}
