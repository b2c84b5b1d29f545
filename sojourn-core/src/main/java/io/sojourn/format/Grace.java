package io.sojourn.format;

/**
 * For how long the verifiers that were replaced last still open the session.
 *
 * @param rotations which rotation granted it: void as soon as the header counts another number, so that a version which
 *     does not know of graces cannot carry one through a sign-in
 * @param untilMillis when it ends, in milliseconds since the epoch
 * @param verifiers how many of the replaced verifiers still open it, the newest first: more than one after rotations whose
 *     new secret no client has shown
 */
public record Grace(long rotations, long untilMillis, int verifiers) {}
