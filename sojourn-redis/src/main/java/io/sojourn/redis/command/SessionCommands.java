package io.sojourn.redis.command;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sojourn.SessionId;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.HashFields;
import io.sojourn.redis.script.IndexSet;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that asks Redis each time: one command or script on the hash of the session. */
public final class SessionCommands extends IndexCommands implements SessionStore {

    /** What was tried, for messages. */
    static final String LOAD = "The load of a session";

    static final String WRITE = "A write, which may still be applied,";

    static final String TOUCH = "A touch, which may still be applied,";

    private static final String DELETION = "A deletion, which may still be applied,";

    /** What loads have found in place of sessions that have ended. */
    final LoadedEndNotes notes = new LoadedEndNotes();

    private final SizeGuard guard = new SizeGuard();

    public SessionCommands(String keyPrefix, Operations operations) {
        super(keyPrefix, operations);
    }

    String key(SessionId id) {
        return keyPrefix + id;
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        if (guard.isLarge(id)) {
            return guarded(id, null);
        }
        return repeated(
                id, null, operations.answer(LOAD, commands -> allFields(commands, id), fields -> loaded(id, fields)));
    }

    CompletionStage<HashFields> allFields(RedisClusterAsyncCommands<String, byte[]> commands, SessionId id) {
        return commands.dispatch(
                CommandType.HGETALL,
                new HashFields.Output(ClientSetup.CODEC),
                new CommandArgs<>(ClientSetup.CODEC).addKey(key(id)));
    }

    /** The session in the reply to {@code HGETALL}; takes note of its size, and of the note that it has ended. */
    Optional<StoredSession> loaded(SessionId id, HashFields fields) {
        Optional<StoredSession> found = SessionHash.read(fields);
        notes.loaded(id, SessionHash.note(fields));
        found.ifPresent(session -> guard.loaded(id, session));
        return found;
    }

    /** Whether the size of a session has to be looked at before it is loaded. */
    boolean isLarge(SessionId id) {
        return guard.isLarge(id);
    }

    /** Revision, time and that part alone. */
    @Override
    public CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        if (guard.isLarge(id)) {
            return guarded(id, part);
        }
        return repeated(
                id,
                part,
                operations.answer(
                        LOAD,
                        commands -> commands.hmget(key(id), SessionHash.REVISION, SessionHash.TOUCHED_AT, part),
                        fields -> SessionHash.peeked(part, fields)));
    }

    /**
     * Another load may have cost the connection, because its reply was too large. So a load that was lost with it is repeated, once
     * there is a new one, and looks at the size first. So does the next load of a session that had no answer: it may have been
     * this session's size that has kept the server busy.
     */
    CompletionStage<Optional<StoredSession>> repeated(
            SessionId id, @Nullable String part, CompletionStage<Optional<StoredSession>> load) {
        return load.exceptionallyCompose(failure -> {
            if (LettuceExceptions.isUnanswered(failure)) {
                guard.noteSize(id, true);
            }
            return LettuceExceptions.isLost(failure)
                    ? operations
                            .connection()
                            .whenBack(key(id))
                            .thenCompose(back -> back
                                    ? guarded(id, part)
                                    : CompletableFuture.failedFuture(LettuceExceptions.rethrown(failure)))
                    : CompletableFuture.failedFuture(LettuceExceptions.rethrown(failure));
        });
    }

    /** Looks at the size first; see {@link SizeGuard}. */
    private CompletionStage<Optional<StoredSession>> guarded(SessionId id, @Nullable String part) {
        return operations
                .answer(
                        LOAD,
                        commands -> Script.LOAD.run(commands, key(id), LargeSessions.arguments(SizeGuard.LARGE, part)),
                        reply -> SessionHash.loaded(part, reply))
                .thenCompose(loaded -> {
                    guard.noteSize(id, loaded.largeBytes() > 0);
                    notes.loaded(id, loaded.note());
                    return loaded.largeBytes() > 0
                            ? loadLarge(id, loaded.largeBytes(), part)
                            : CompletableFuture.completedFuture(loaded.session());
                });
    }

    /** As {@link #load}, of what is known to be large. */
    private CompletionStage<Optional<StoredSession>> loadLarge(SessionId id, long bytes) {
        return loadLarge(id, bytes, null);
    }

    private CompletionStage<Optional<StoredSession>> loadLarge(SessionId id, long bytes, @Nullable String part) {
        return operations
                .large()
                .load(key(id), bytes, part)
                .thenApply(reply -> SessionHash.loaded(part, reply).session());
    }

    /** What a write came to: with a large session it was in conflict with, that is loaded. */
    CompletionStage<CommitResult> result(SessionId id, Object reply) {
        long bytes = SessionHash.conflictBytes(reply);
        return bytes == 0
                ? CompletableFuture.completedFuture(reply).thenApply(SessionHash::result)
                : loadLarge(id, bytes)
                        .thenApply(found -> found.<CommitResult>map(CommitResult.Conflict::new)
                                .orElse(CommitResult.GONE));
    }

    /** The size of a write is known before it is sent. */
    void written(SessionWrite write) {
        guard.written(write);
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        written(write);
        String key = key(write.id());
        return operations
                .durably(
                        WRITE,
                        key,
                        commands -> Script.COMMIT.run(commands, key, SessionHash.arguments(write)),
                        reply -> reply,
                        SessionHash::isApplied)
                .thenCompose(reply -> result(write.id(), reply));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        String key = key(touch.id());
        return operations.answer(
                TOUCH,
                commands -> Script.TOUCH.run(commands, key, SessionHash.arguments(touch)),
                done -> Long.valueOf(1).equals(done));
    }

    /**
     * With durability, a session that is not there may be one whose deletion no replica has got yet: an earlier try failed for
     * that reason. To be sure there has to be a write after which to wait.
     */
    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return operations.durability() == null
                ? operations.answer(
                        DELETION,
                        commands -> Script.TOMBSTONE.run(commands, key(id), SessionHash.noTombstone()),
                        done -> Long.valueOf(1).equals(done))
                : tombstone(id);
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        boolean leavesTombstone = operations.durability() != null;
        return operations
                .durably(
                        DELETION,
                        key(id),
                        commands ->
                                Script.DELETE.run(commands, key(id), SessionHash.deletion(revision, leavesTombstone)),
                        reply -> reply,
                        reply -> !SessionHash.isConflict(reply))
                .thenCompose(reply -> result(id, reply));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return operations.durably(
                DELETION,
                key(id),
                commands -> Script.TOMBSTONE.run(commands, key(id), IndexSet.tombstone()),
                done -> Long.valueOf(1).equals(done),
                gone -> true);
    }

    @Override
    public Optional<SessionEnds> ends() {
        return Optional.of(new EndCommands(this));
    }

    /** Three quarters of what may be loaded, since a session takes more memory in Redis than it has bytes. */
    @Override
    public long maxSessionBytes() {
        long maxLoadBytes = operations.large().maxBytes();
        return maxLoadBytes - maxLoadBytes / 4;
    }

    /** Those that are connected to and have answered the start-up probe. */
    @Override
    public List<String> servers() {
        return operations.connection().servers();
    }

    @Override
    public StoreHealth health() {
        return operations.connection().health();
    }

    @Override
    public CompletionStage<StoreHealth> checkHealth() {
        return operations.connection().checkHealth();
    }

    @Override
    public void close() {
        operations.close();
    }
}
