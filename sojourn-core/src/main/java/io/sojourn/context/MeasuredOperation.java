package io.sojourn.context;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.observe.Operation;
import io.sojourn.observe.Operation.Outcome;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An operation that observers measure. Most often none does: then nothing is counted. */
public final class MeasuredOperation {

    /** Of an operation that nobody measures. */
    static final MeasuredOperation NOBODY = new MeasuredOperation(List.of());

    private final List<Operation.Running> running;
    private long bytesRead;
    private long bytesWritten;

    MeasuredOperation(List<Operation.Running> running) {
        this.running = running;
    }

    private boolean isIdle() {
        return running.isEmpty();
    }

    public void read(Optional<StoredSession> stored) {
        if (!isIdle()) {
            stored.ifPresent(this::read);
        }
    }

    public void read(StoredSession stored) {
        if (!isIdle()) {
            bytesRead += size(stored.parts());
        }
    }

    public void wrote(SessionWrite write) {
        if (!isIdle()) {
            bytesWritten += size(write.put());
        }
    }

    private static long size(Map<String, byte[]> parts) {
        return parts.values().stream().mapToLong(part -> part.length).sum();
    }

    public void ended(SaveOutcome outcome) {
        end(outcome(outcome), null);
    }

    public void failed(Throwable failure) {
        if (isIdle()) {
            return;
        }
        Throwable cause = Waiting.unwrapped(failure);
        Outcome outcome = cause instanceof StoreUnavailableException ? Outcome.UNAVAILABLE : Outcome.FAILED;
        // What a function of the application's has thrown is not for others to see.
        end(outcome, cause instanceof SojournException ours ? ours : null);
    }

    /** The same stage, whose end is told. */
    public <T> CompletionStage<T> on(CompletionStage<T> stage, Function<T, Outcome> outcome) {
        return isIdle()
                ? stage
                : stage.whenComplete((value, failure) -> {
                    if (failure == null) {
                        end(outcome.apply(value), null);
                    } else {
                        failed(failure);
                    }
                });
    }

    public static Outcome outcome(Lookup lookup) {
        return lookup instanceof Lookup.Found
                ? Outcome.FOUND
                : lookup instanceof Lookup.Superseded ? Outcome.SUPERSEDED : Outcome.ABSENT;
    }

    public static Outcome outcome(SaveOutcome saved) {
        return switch (saved) {
            case SAVED -> Outcome.SAVED;
            case UNCHANGED -> Outcome.UNCHANGED;
            case GONE -> Outcome.GONE;
            case OVERTAKEN -> Outcome.OVERTAKEN;
            case LIMIT_REACHED -> Outcome.LIMIT_REACHED;
        };
    }

    private void end(Outcome outcome, @Nullable SojournException cause) {
        if (!isIdle()) {
            Operation.Result result = new Operation.Result(outcome, bytesRead, bytesWritten, cause);
            for (Operation.Running one : running) {
                try {
                    one.ended(result);
                } catch (RuntimeException e) {
                    Observers.complain(one, e);
                }
            }
        }
    }
}
