package io.sojourn.micrometer;

import io.sojourn.ConflictException;
import io.sojourn.SessionLimitException;
import io.sojourn.SojournException;
import io.sojourn.ValueNotAcceptedException;

/** Why a save was refused, as the tag {@code reason} has it. */
enum RefusedSave {
    LIMIT,
    VALUE,
    CONFLICTS,
    OTHER;

    static RefusedSave of(SojournException cause) {
        if (cause instanceof SessionLimitException) {
            return LIMIT;
        }
        if (cause instanceof ValueNotAcceptedException) {
            return VALUE;
        }
        return cause instanceof ConflictException ? CONFLICTS : OTHER;
    }
}
