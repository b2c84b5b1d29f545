package io.sojourn.format;

/**
 * A verifier that a rotation replaced.
 *
 * @param verifier the SHA-256 that was in force until then; not to be changed
 * @param atMillis when it was replaced, in milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole; a copy for each look would be waste.
public record ReplacedVerifier(byte[] verifier, long atMillis) {}
