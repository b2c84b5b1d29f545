package io.sojourn.redis;

import io.sojourn.spi.SessionWrite;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a write is sent: with all the parts that it puts; or, if it puts nothing but the record, and most of that stays as it
 * is, with what changes in it.
 */
final class Commit {

    /** Below that the bytes saved are not worth putting the record together. */
    private static final int WORTHWHILE = 64;

    private final Script script;
    private final byte[][] arguments;

    private Commit(Script script, byte[][] arguments) {
        this.script = script;
        this.arguments = arguments;
    }

    Script script() {
        return script;
    }

    byte[][] arguments() {
        return arguments;
    }

    static Commit of(SessionWrite write) {
        byte[] before = write.replaced().get(SessionHash.RECORD);
        byte[] after = write.put().get(SessionHash.RECORD);
        if (before != null
                && after != null
                && write.put().size() == 1
                && write.remove().isEmpty()
                && !write.creates()) {
            byte[][] patch = patch(write, before, after);
            if (patch != null) {
                return new Commit(Script.PATCH, patch);
            }
        }
        return new Commit(Script.COMMIT, SessionHash.arguments(write));
    }

    private static byte @Nullable [][] patch(SessionWrite write, byte[] before, byte[] after) {
        int shorter = Math.min(before.length, after.length);
        int differs = Arrays.mismatch(before, after);
        int front = differs < 0 ? shorter : differs;
        int end = 0;
        while (end < shorter - front && before[before.length - 1 - end] == after[after.length - 1 - end]) {
            end++;
        }
        return front + end < WORTHWHILE
                ? null
                : SessionHash.arguments(
                        write, before.length, front, end, Arrays.copyOfRange(after, front, after.length - end));
    }
}
