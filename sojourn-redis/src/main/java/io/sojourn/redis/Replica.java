package io.sojourn.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sojourn.spi.StoredSession;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to one replica, for loads alone, and until when the replica is known to have all that its master had. */
final class Replica implements AutoCloseable {

    private static final long LIMIT_NANOS = ReadFrom.MAX_LAG.toNanos();

    private final RedisURI uri;
    private final RedisClient client;
    private final boolean ofCluster;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
    private volatile boolean known;
    private volatile long knownAt;
    private volatile boolean closed;

    Replica(RedisURI uri, RedisClient client, boolean ofCluster) {
        this.uri = uri;
        this.client = client;
        this.ofCluster = ofCluster;
    }

    /** It had all that its master had at that time, by {@link System#nanoTime}. */
    void upToDateAt(long nanos) {
        knownAt = nanos;
        known = true;
    }

    boolean mayAnswer(long now) {
        return known && now - knownAt <= LIMIT_NANOS && connection != null;
    }

    /** Lets somebody hear what it says of its replication, if it is there; else connects, for the next time. */
    void look(Consumer<Map<String, String>> reader) {
        StatefulRedisConnection<String, byte[]> current = connection;
        if (current == null) {
            connect();
            return;
        }
        CompletionStage<?> unused = prepared(current.async())
                .thenCompose(ok -> current.async().info("replication"))
                .whenComplete((report, failure) -> {
                    if (failure == null) {
                        reader.accept(ServerReport.lines(report));
                    } else {
                        failed(failure);
                    }
                });
    }

    /** On a cluster a replica must be told that it is to answer itself: once, but who knows whether it was. */
    private CompletionStage<?> prepared(RedisAsyncCommands<String, byte[]> commands) {
        return ofCluster ? commands.readOnly() : CompletableFuture.completedFuture("");
    }

    private void connect() {
        if (closed || !connecting.compareAndSet(false, true)) {
            return;
        }
        CompletionStage<?> unused = client.connectAsync(ClientSetup.CODEC, uri).handle((connected, failure) -> {
            connecting.set(false);
            if (failure == null) {
                connection = connected;
                if (closed) {
                    close();
                }
            }
            return connected;
        });
    }

    CompletionStage<Optional<StoredSession>> load(String key) {
        StatefulRedisConnection<String, byte[]> current = connection;
        if (current == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
        }
        return current.async()
                .dispatch(
                        CommandType.HGETALL,
                        new HashFields.Output(ClientSetup.CODEC),
                        new CommandArgs<>(ClientSetup.CODEC).addKey(key))
                .thenApply(SessionHash::read);
    }

    /** It is not asked for sessions again before it has told how far it is; unless it answered, if only by a refusal. */
    void failed(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof RedisCommandExecutionException) {
            return;
        }
        known = false;
        if (!(cause instanceof RedisCommandTimeoutException)) {
            disconnect(); // It has no connection any more, and is connected to anew at the next look.
        }
    }

    private void disconnect() {
        StatefulRedisConnection<String, byte[]> current = connection;
        connection = null;
        if (current != null) {
            Object unused = current.closeAsync();
        }
    }

    @Override
    public void close() {
        closed = true;
        known = false;
        disconnect();
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
