package io.sojourn.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@linkplain SessionEnds#look look} at a session that may have ended has found. */
public sealed interface EndState {

    /**
     * The session lives, and will for longer than {@link SessionEnds#LEAD}.
     *
     * @param left its TTL; null if it has none
     */
    record Lives(@Nullable Duration left) implements EndState {}

    /**
     * The session lives and ends soon; there is a copy of its present state.
     *
     * @param left its TTL
     * @param changed whether the copy was made just now, because there was none or the session was used since the last look
     */
    record Ending(Duration left, boolean changed) implements EndState {}

    /**
     * The session has ended, and its end has not been told.
     *
     * @param last its last state
     * @param cause what {@link SessionEnds#end} was given; null if its time ran out
     * @param tries how often it was looked at since it ended, this time included
     */
    record Ended(StoredSession last, @Nullable String cause, int tries) implements EndState {}

    /** The session has ended, and its end has been told. */
    record Told() implements EndState {}

    /** There is neither a session nor anything that was kept of it. */
    record Missing() implements EndState {}
}
