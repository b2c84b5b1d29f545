package io.sojourn.ring;

/**
 * Notes while a text is written whether its keys could take long to compare. It counts nothing: what is in doubt is read once by
 * {@link EdnParser}, which does. Most sessions are not in doubt.
 */
public final class WriteCost {

    /** So many keys cost less than is allowed for the characters that they take. */
    private static final int FEW = 16;

    /** Decimal fractions of more digits take long to hash. */
    private static final int DIGITS = 40;

    private int keys;
    private boolean doubt;

    /** Notes that a key begins. */
    public void enterKey() {
        keys++;
    }

    /** Notes that a key ends. */
    public void leaveKey() {
        keys--;
    }

    /** Notes a map or set of so many keys. */
    public void keys(int count) {
        doubt |= count > FEW || keys > 0;
    }

    /** Notes a number of so many digits. */
    public void number(int digits) {
        doubt |= digits > DIGITS && keys > 0;
    }

    /** Notes what is only known when it is read. */
    public void doubt() {
        doubt = true;
    }

    /** Whether the text must be read. */
    public boolean isInDoubt() {
        return doubt;
    }
}
