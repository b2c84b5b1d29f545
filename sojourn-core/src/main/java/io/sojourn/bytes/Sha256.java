package io.sojourn.bytes;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a secret. Creating a {@link MessageDigest} is expensive, so idle ones are pooled in a small array that all threads
 * share. No secret stays in them.
 */
public final class Sha256 {

    private static final int BYTES = 32;

    private static final int PLACES = 32;

    private static final AtomicReferenceArray<@Nullable Sha256> IDLE = new AtomicReferenceArray<>(PLACES);

    private final MessageDigest digest;
    private final byte[] hash = new byte[BYTES];
    private byte[] secret = {};

    private Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The hash of the secret that the characters {@code [from, to)} spell. */
    public static byte[] of(String text, int from, int to) {
        Sha256 sha256 = take();
        byte[] hash = sha256.compute(text, from, to).clone();
        sha256.giveBack();
        return hash;
    }

    /** Whether the secret that the characters {@code [from, to)} spell has this hash; allocates nothing, since every request asks. */
    public static boolean isOf(String text, int from, int to, byte @Nullable [] stored) {
        Sha256 sha256 = take();
        boolean same = same(sha256.compute(text, from, to), stored);
        sha256.giveBack();
        return same;
    }

    /** The hash of bytes that are no secret, such as a principal or an id. */
    public static byte[] of(byte[] bytes) {
        Sha256 sha256 = take();
        byte[] hash = sha256.digest.digest(bytes);
        sha256.giveBack();
        return hash;
    }

    /** Whether two hashes are the same; takes the same time wherever they differ. */
    public static boolean same(byte[] hash, byte @Nullable [] stored) {
        return stored != null && MessageDigest.isEqual(hash, stored);
    }

    /** The hash, which is valid until the next one is computed. */
    private byte[] compute(String text, int from, int to) {
        int bytes = (to - from) * 6 / 8;
        if (secret.length != bytes) {
            secret = new byte[bytes];
        }
        Base64Url.decode(text, from, to, secret);
        digest.update(secret);
        try {
            int unused = digest.digest(hash, 0, BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has " + BYTES + " bytes", e);
        }
        Arrays.fill(secret, (byte) 0);
        return hash;
    }

    private static int place() {
        return (int) (Thread.currentThread().getId() & (PLACES - 1));
    }

    private static Sha256 take() {
        Sha256 idle = IDLE.getAndSet(place(), null);
        return idle == null ? new Sha256() : idle;
    }

    private void giveBack() {
        IDLE.set(place(), this);
    }
}
