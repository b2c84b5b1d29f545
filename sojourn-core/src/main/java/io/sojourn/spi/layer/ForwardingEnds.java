package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Hands every call to the ends of another store, but for those that a subclass overrides. */
public abstract class ForwardingEnds implements SessionEnds {

    private final SessionEnds ends;

    /** A decorator of those ends. */
    protected ForwardingEnds(SessionEnds ends) {
        this.ends = ends;
    }

    @Override
    public boolean isOrdered() {
        return ends.isOrdered();
    }

    @Override
    public CompletionStage<Boolean> enter(SessionId id, Duration due) {
        return ends.enter(id, due);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> takeOver(SessionId id, Duration lease) {
        return ends.takeOver(id, lease);
    }

    @Override
    public CompletionStage<DueSessions> claim(int shard, int count, Duration lease, Duration overdue) {
        return ends.claim(shard, count, lease, overdue);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease) {
        return ends.extend(claim, lease);
    }

    @Override
    public CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing) {
        return ends.handBack(claim, due, missing);
    }

    @Override
    public CompletionStage<Boolean> remove(EndClaim claim) {
        return ends.remove(claim);
    }

    @Override
    public CompletionStage<SessionEnds.State> look(SessionId id) {
        return ends.look(id);
    }

    @Override
    public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
        return ends.end(id, revision, cause, forbids);
    }

    @Override
    public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
        return ends.told(id, end, node);
    }

    @Override
    public CompletionStage<Boolean> share(SessionId id, PastEnd end, String node, String cause) {
        return ends.share(id, end, node, cause);
    }

    @Override
    public CompletionStage<Boolean> listens(String node, Duration stays) {
        return ends.listens(node, stays);
    }

    @Override
    public CompletionStage<Boolean> isListened() {
        return ends.isListened();
    }

    @Override
    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
        return ends.shared(after, count);
    }

    @Override
    public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
        return ends.kept(id);
    }

    @Override
    public CompletionStage<Optional<PastEnd>> past(SessionId id) {
        return ends.past(id);
    }

    @Override
    public Optional<PastEnd> noticed(SessionId id) {
        return ends.noticed(id);
    }
}
