package io.sojourn.observe;

/** By which verb a session was ended. */
public enum RevocationCause {

    /** By itself, as at a logout. */
    SESSION,

    /** By its id. */
    ID,

    /** With all sessions of its principal. */
    PRINCIPAL,

    /** With all sessions of its principal but one. */
    OTHERS,

    /** With all sessions that have one value of a named index. */
    INDEX,

    /** To make room for a newer one of its principal. */
    LIMIT
}
