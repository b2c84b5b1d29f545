package io.sojourn.ends;

/** Why a session ended. */
public enum EndCause {

    /** It was not used for its idle timeout. */
    IDLE,

    /** Its absolute timeout has passed. */
    ABSOLUTE,

    /** A request ended its own session, for example at a logout: {@code revoke(session)}. */
    SIGNED_OUT,

    /** It was ended by its id: {@code revoke(id)}. */
    REVOKED_ID,

    /** It was ended with all sessions of its principal: {@code revokeAll}. */
    REVOKED_ALL,

    /** It was ended from another session of its principal: {@code revokeOthers}. */
    REVOKED_OTHERS,

    /** It was ended with all sessions that have one value of a named index: {@code revokeByIndex}. */
    REVOKED_INDEX,

    /** It made room for a newer session, because its principal had as many as allowed. */
    LIMIT,

    /** It has ended, and this version cannot read what it held. Principal, labels, times and attributes are not known. */
    UNREADABLE
}
