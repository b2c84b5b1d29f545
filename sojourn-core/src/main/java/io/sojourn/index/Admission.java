package io.sojourn.index;

/** Whether a session may be written, as far as the indexes are concerned. */
public enum Admission {
    /** It has been entered in each index that it belongs in. */
    ADMITTED,
    /** It may not be written: the value that it was to get was revoked meanwhile, or the session itself. It has been ended. */
    REVOKED,
    /** It may not be written: as many sessions have the value as may. */
    FULL
}
