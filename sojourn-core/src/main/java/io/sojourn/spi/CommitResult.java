package io.sojourn.spi;

/** What became of a {@link SessionWrite}. In every case but {@link Applied} nothing was changed. */
public sealed interface CommitResult {

    /** The write was applied. */
    record Applied() implements CommitResult {}

    /**
     * The session exists at another revision than the write expected.
     *
     * @param current what is stored now, from the same moment
     */
    record Conflict(StoredSession current) implements CommitResult {}

    /** The session that the write expected does not exist any more: deleted, or its time is up. */
    record Gone() implements CommitResult {}

    /** The write wanted to create a session under an id where there is something already. */
    record IdTaken() implements CommitResult {}

    /** {@link Applied}; there is nothing to tell two of them apart. */
    CommitResult APPLIED = new Applied();

    /** {@link Gone}; there is nothing to tell two of them apart. */
    CommitResult GONE = new Gone();

    /** {@link IdTaken}; there is nothing to tell two of them apart. */
    CommitResult ID_TAKEN = new IdTaken();
}
