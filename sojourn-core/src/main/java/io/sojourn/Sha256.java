package io.sojourn;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a few bytes, once a request. To make a digest costs more than to use it, so those that are idle are kept, one
 * in each of some places that threads share; what is in them was overwritten by the reset.
 */
final class Sha256 {

    private static final int PLACES = 32;

    private static final AtomicReferenceArray<@Nullable MessageDigest> IDLE = new AtomicReferenceArray<>(PLACES);

    private Sha256() {}

    static byte[] of(byte[] bytes) {
        int place = (int) (Thread.currentThread().getId() & (PLACES - 1));
        MessageDigest idle = IDLE.getAndSet(place, null);
        MessageDigest digest = idle == null ? create() : idle;
        byte[] result = digest.digest(bytes);
        IDLE.set(place, digest);
        return result;
    }

    private static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
