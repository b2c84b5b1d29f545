package io.sojourn.observe;

import org.jspecify.annotations.Nullable;

/** What a manager was asked to do, for those who measure or trace it. */
public enum Operation {
    /** To find the session that a token opens. */
    FIND,
    /** To list the sessions in an index. */
    LIST,
    /** To save a session, of which nothing may have changed. */
    SAVE,
    /** To run a function on a session and commit what it did. */
    UPDATE,
    /** To end one session. */
    REVOKE,
    /** To end all sessions in an index, or all but one. */
    REVOKE_ALL;

    /** How an operation ended. */
    public enum Outcome {
        /** A session was found. */
        FOUND,
        /** There was no such session, or the token does not open it. */
        ABSENT,
        /** The token's secret was replaced less than {@link io.sojourn.SessionSettings#SUPERSEDED_FOR} ago. */
        SUPERSEDED,
        /** Something was stored. */
        SAVED,
        /** There was nothing to store. */
        UNCHANGED,
        /** The session had ended; nothing was stored. */
        GONE,
        /** Another request had replaced the session's secret; nothing was stored. */
        OVERTAKEN,
        /** The principal has as many sessions as allowed; nothing was stored. */
        LIMIT_REACHED,
        /** What was asked for was done. */
        DONE,
        /** The store was out of reach, or too late. */
        UNAVAILABLE,
        /** It was refused, or ended by another exception. */
        FAILED
    }

    /**
     * The end of an operation.
     *
     * @param outcome how it ended
     * @param bytesRead how many bytes the parts have that came from the store; 0 of a list
     * @param bytesWritten how many bytes the parts have that were stored
     * @param cause what it failed with, if that is one of our exceptions
     */
    public record Result(
            Outcome outcome,
            long bytesRead,
            long bytesWritten,
            @Nullable RuntimeException cause) {}

    /** An operation that has begun, heard of once more when it ends, perhaps in another thread. */
    @FunctionalInterface
    public interface Running {
        /** It has ended. */
        void ended(Result result);
    }
}
