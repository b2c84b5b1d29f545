package io.sojourn.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.ends.EndCause;
import io.sojourn.observe.Operation;
import io.sojourn.observe.RevocationCause;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.StoreStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times what happens to sessions. Give it to the manager as an observer, and bind it to a registry:
 *
 * <pre>{@code
 * SojournMetrics metrics = new SojournMetrics();
 * metrics.bindTo(registry);
 * SessionManager.create(store, SessionSettings.builder().alsoObserve(metrics).build());
 * }</pre>
 *
 * <p>Spring Boot and others bind every {@link MeterBinder} that they know by themselves. What happens before is not
 * counted. Every meter, its tags and what to do about it are listed in {@code docs/metrics.md}; no tag ever holds an
 * id, a principal or an attribute. One for each manager: for several in a process, tell them apart by a tag.
 */
public class SojournMetrics implements SessionObserver, MeterBinder {

    private final Tags tags;
    private final List<Meters> bound = new CopyOnWriteArrayList<>();
    private volatile StoreStatus store = new StoreStatus() {};

    /** Meters with no tags but their own. */
    public SojournMetrics() {
        this(Tags.empty());
    }

    /** Meters that have these tags, too. */
    public SojournMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    @Override
    public final void bindTo(MeterRegistry registry) {
        bound.add(new Meters(registry, tags, () -> store));
    }

    private void tell(Consumer<Meters> event) {
        bound.forEach(event);
    }

    @Override
    public final void started(StoreStatus newStore) {
        store = newStore;
        bound.forEach(Meters::started);
    }

    @Override
    public Operation.@Nullable Running begins(Operation operation) {
        Operation.Running all = null;
        for (Meters meters : bound) {
            Operation.Running before = all;
            Operation.Running one = meters.begin(operation);
            all = before == null
                    ? one
                    : result -> {
                        before.ended(result);
                        one.ended(result);
                    };
        }
        return all;
    }

    @Override
    public void created(SessionId id) {
        tell(meters -> meters.creations.increment());
    }

    @Override
    public void conflict(SessionId id) {
        tell(meters -> meters.conflicts.increment());
    }

    @Override
    public void gone(SessionId id) {
        tell(meters -> meters.gone.increment());
    }

    @Override
    public void rotated(SessionId id) {
        tell(meters -> meters.rotations.increment());
    }

    @Override
    public void signedIn(SessionId id) {
        tell(meters -> meters.signIns.increment());
    }

    @Override
    public void signedOut(SessionId id) {
        tell(meters -> meters.signOuts.increment());
    }

    @Override
    public void revoked(SessionId id, RevocationCause verb) {
        tell(meters -> meters.revoked(verb));
    }

    @Override
    public void ended(SessionId id, EndCause cause, Duration lag) {
        tell(meters -> meters.ended(cause, lag));
    }

    @Override
    public void endHandedOn(SessionId id) {
        tell(meters -> meters.endsHandedOn.increment());
    }

    @Override
    public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
        tell(meters -> (retryIn == null ? meters.endsGivenUp : meters.endsRetried).increment());
    }

    @Override
    public void endUnknown(SessionId id) {
        tell(meters -> meters.endsUnknown.increment());
    }

    @Override
    public void endsMissed(long count) {
        tell(meters -> meters.endsMissed.increment((double) count));
    }

    @Override
    public void limitReached(SessionId id) {
        tell(meters -> meters.limitReached.increment());
    }

    @Override
    public void expiredByAge(SessionId id) {
        tell(meters -> meters.refused(RefusedToken.EXPIRED));
    }

    @Override
    public void unknownId(SessionId id) {
        tell(meters -> meters.refused(RefusedToken.UNKNOWN));
    }

    @Override
    public void wrongSecret(SessionId id) {
        tell(meters -> meters.refused(RefusedToken.WRONG_SECRET));
    }

    @Override
    public void replacedSecret(SessionId id) {
        tell(meters -> meters.refused(RefusedToken.REPLACED));
    }

    @Override
    public void superseded(SessionId id) {
        tell(meters -> meters.refused(RefusedToken.SUPERSEDED));
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        tell(meters -> meters.unreadableSessions.increment());
    }

    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        tell(meters -> meters.unreadableAttributes.increment());
    }

    @Override
    public void saveRefused(SessionId id, SojournException cause) {
        tell(meters -> meters.refused(RefusedSave.of(cause)));
    }

    @Override
    public void storeFailed(SessionId id, SojournException cause) {
        tell(meters -> meters.storeFailures.increment());
    }
}
