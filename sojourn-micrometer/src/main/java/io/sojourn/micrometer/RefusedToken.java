package io.sojourn.micrometer;

/** Why a token opened nothing, as the tag {@code reason} has it. */
enum RefusedToken {
    UNKNOWN,
    WRONG_SECRET,
    REPLACED,
    SUPERSEDED,
    EXPIRED
}
