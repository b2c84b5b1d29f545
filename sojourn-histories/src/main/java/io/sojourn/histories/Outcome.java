package io.sojourn.histories;

/** What a process was told about its call. */
public enum Outcome {

    /** The call was carried out. A read found the session. */
    OK,

    /** The call was not carried out and never will be. A read found no session. */
    REFUSED,

    /** The call may have been carried out, or may still be: it failed or had no answer. */
    UNKNOWN
}
