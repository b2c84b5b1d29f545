package io.sojourn.redis.command;

import io.sojourn.SessionId;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.EndHash;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Remembers the ends of sessions: one sorted set of due times for each shard, and one hash for each session that ends soon or has
 * ended. That hash has to be in the same slot of a cluster as the session, so that the session can be copied there.
 */
final class EndCommands implements SessionEnds {

    private static final String CHANGE = "A change of when a session is due, which may still be made,";
    private static final String LOOK = "A look at a session that may have ended";

    private final SessionCommands sessions;
    private final Operations operations;
    private final boolean isTagged;

    EndCommands(SessionCommands sessions) {
        this.sessions = sessions;
        this.operations = sessions.operations;
        this.isTagged = isTagged(sessions.keyPrefix);
    }

    /** Whether the prefix alone says in which slot of a cluster all keys are. */
    private static boolean isTagged(String prefix) {
        int open = prefix.indexOf('{');
        int close = open < 0 ? -1 : prefix.indexOf('}', open);
        boolean tagged = close > open + 1;
        if (!tagged && (open >= 0 || prefix.indexOf('}') >= 0)) {
            throw new IllegalArgumentException(
                    "endEvents needs a prefix without braces, or with a hash tag such as {shop}; "
                            + prefix.substring(0, prefix.length() - 1) + " has braces that are no hash tag");
        }
        return tagged;
    }

    private String shard(int shard) {
        return sessions.keyPrefix + "@due:" + shard;
    }

    private String shard(SessionId id) {
        return shard(SessionEnds.shard(id));
    }

    /** The slot of a key depends on what is in its first pair of braces alone, if there is one. */
    private String copy(SessionId id) {
        return isTagged ? sessions.keyPrefix + "@end:" + id : sessions.keyPrefix + "@end:{" + sessions.key(id) + "}";
    }

    /** All commands to one server travel over one connection, in the order in which they were sent. */
    @Override
    public boolean isOrdered() {
        return !operations.connection().isCluster();
    }

    private CompletionStage<Optional<EndClaim>> change(SessionId id, byte[][] arguments) {
        return operations.durably(
                CHANGE,
                shard(id),
                commands -> Script.DUE.run(commands, shard(id), arguments),
                reply -> EndHash.claim(id, reply),
                Optional::isPresent);
    }

    @Override
    public CompletionStage<Boolean> enter(SessionId id, Duration due) {
        return change(id, EndHash.enter(id, due)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> takeOver(SessionId id, Duration lease) {
        return change(id, EndHash.takeOver(id, lease));
    }

    @Override
    public CompletionStage<DueSessions> claim(int shard, int count, Duration lease) {
        return operations.answer(
                "A search for sessions that have ended",
                commands -> Script.CLAIM.run(commands, shard(shard), EndHash.claim(count, lease)),
                EndHash::due);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease) {
        return change(claim.id(), EndHash.extend(claim, lease));
    }

    @Override
    public CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing) {
        return change(claim.id(), EndHash.handBack(claim, due, missing)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<Boolean> remove(EndClaim claim) {
        return change(claim.id(), EndHash.remove(claim)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<SessionEnds.State> look(SessionId id) {
        String[] keys = {sessions.key(id), copy(id)};
        return operations
                .answer(
                        LOOK,
                        commands -> Script.LOOK.run(commands, keys, EndHash.look(SizeGuard.LARGE)),
                        reply -> reply)
                .thenCompose(reply -> EndHash.largeBytes(reply) > 0
                        ? operations
                                .large()
                                .load(copy(id), EndHash.largeBytes(reply), null)
                                .thenApply(loaded -> EndHash.state(
                                        reply, SessionHash.loaded(loaded).session()))
                        : CompletableFuture.completedFuture(reply).thenApply(EndHash::state));
    }

    @Override
    public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
        String[] keys = {sessions.key(id), copy(id)};
        boolean leavesTombstone = forbids || operations.durability() != null;
        return operations
                .durably(
                        "A deletion, which may still be applied,",
                        sessions.key(id),
                        commands -> Script.END.run(commands, keys, EndHash.end(revision, cause, leavesTombstone)),
                        reply -> reply,
                        reply -> !SessionHash.isConflict(reply))
                .thenCompose(reply -> sessions.result(id, reply));
    }

    @Override
    public CompletionStage<Boolean> told(SessionId id, PastEnd end) {
        return operations.durably(
                "The note that an end was told, which may still be made,",
                copy(id),
                commands -> Script.TOLD.run(commands, copy(id), EndHash.told(end)),
                reply -> true,
                reply -> true);
    }

    @Override
    public CompletionStage<Optional<PastEnd>> past(SessionId id) {
        return operations.answer(LOOK, commands -> commands.hmget(copy(id), EndHash.pastFields()), EndHash::past);
    }
}
