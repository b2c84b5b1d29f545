package io.sojourn.admin;

/** How bad a {@link Finding} is. */
public enum Severity {
    /** Worth knowing; nothing has to be done at once. */
    NOTE,

    /** It will hurt sooner or later. */
    WARNING,

    /** Sessions are lost, cannot be stored, or escape a revocation, now or at the next restart. */
    CRITICAL
}
