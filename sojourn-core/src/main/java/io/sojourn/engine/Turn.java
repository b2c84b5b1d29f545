package io.sojourn.engine;

import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import org.jspecify.annotations.Nullable;

/** What an attempt that waited in a {@link SaveQueue} may do next. */
sealed interface Turn {

    /**
     * Write; the others wait.
     *
     * @param latest the state that the attempt before has stored; null if it is not known
     */
    record Yours(@Nullable SessionRecord latest) implements Turn {}

    /**
     * Write without a turn, since the attempt before has failed or takes too long.
     *
     * @param writes how many; the one after them takes a turn again
     */
    record Alone(int writes) implements Turn {}

    /**
     * Its changes were in the write of another attempt.
     *
     * @param answer of the store; null if it failed
     * @param failure what it failed with; null if it did not
     */
    record Written(@Nullable CommitResult answer, @Nullable Throwable failure) implements Turn {}
}
