package io.sojourn.format;

/**
 * For how long the verifier that was replaced last still opens the session.
 *
 * @param rotations which rotation granted it: void as soon as the header counts another number, so that a version which
 *     does not know of graces cannot carry one through a sign-in
 * @param untilMillis when it ends, in milliseconds since the epoch
 */
public record Grace(long rotations, long untilMillis) {}
