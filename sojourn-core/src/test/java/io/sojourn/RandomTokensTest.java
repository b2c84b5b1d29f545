package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens as the default source of randomness makes them. */
@Tag("slow")
class RandomTokensTest {

    private static final int MANY = 1_000_000;
    private static final int BYTES = SessionId.BYTES + SessionToken.SECRET_BYTES;
    private static final int BITS = BYTES * Byte.SIZE;

    private final SecureRandom random = new SecureRandom();

    /** A token's random bytes, out of what a client gets. */
    private byte[] bytes() {
        String text = SessionToken.random(SessionId.random(random), random).reveal();
        byte[] bytes = Arrays.copyOf(Base64.getUrlDecoder().decode(text.substring(0, 22)), BYTES);
        byte[] secret = Base64.getUrlDecoder().decode(text.substring(22));
        System.arraycopy(secret, 0, bytes, SessionId.BYTES, SessionToken.SECRET_BYTES);
        return bytes;
    }

    private static long first64(byte[] bytes, int from) {
        long number = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            number = number << Byte.SIZE | (bytes[i] & 0xff);
        }
        return number;
    }

    @Test
    void aMillionTokensHaveNoDuplicateAndNoBitThatIsFixedOrLeans() {
        assertThat(BITS).isGreaterThanOrEqualTo(256);
        long[] ids = new long[MANY];
        long[] secrets = new long[MANY];
        int[][] occurrences = new int[BYTES][1 << Byte.SIZE];
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = bytes();
            ids[i] = first64(bytes, 0);
            secrets[i] = first64(bytes, SessionId.BYTES);
            for (int at = 0; at < BYTES; at++) {
                occurrences[at][bytes[at] & 0xff]++;
            }
        }
        assertAllDiffer(ids);
        assertAllDiffer(secrets);
        for (int[] ofByte : occurrences) {
            assertAnyByteIsAsLikely(ofByte);
            assertEachBitIsSetHalfTheTime(ofByte);
        }
    }

    /** That two of a million are equal in 64 bits happens once in 10^7 runs. */
    private static void assertAllDiffer(long[] numbers) {
        Arrays.sort(numbers);
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] == numbers[i - 1]) {
                throw new AssertionError("Two tokens have the same 64 bits");
            }
        }
    }

    private static void assertAnyByteIsAsLikely(int[] ofByte) {
        for (int count : ofByte) {
            assertIsFair(count, 1.0 / ofByte.length);
        }
    }

    private static void assertEachBitIsSetHalfTheTime(int[] ofByte) {
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            int set = 0;
            for (int value = 0; value < ofByte.length; value++) {
                set += (value >> bit & 1) * ofByte[value];
            }
            assertIsFair(set, 0.5);
        }
    }

    /** Within seven standard deviations, beyond which chance gets once in 10^11 times. */
    private static void assertIsFair(int count, double probability) {
        double deviation = Math.sqrt(MANY * probability * (1 - probability));
        if (Math.abs(count - MANY * probability) > 7 * deviation) {
            throw new AssertionError(
                    "Of " + MANY + " tokens " + count + " have what one of " + 1 / probability + " has");
        }
    }

    /** Over the field of two elements, the rank of some hundreds of tokens is the number of bits that no others fix. */
    @Test
    void noBitFollowsFromOthers() {
        BitSet[] pivots = new BitSet[BITS];
        int rank = 0;
        for (int i = 0; i < BITS + 100; i++) {
            BitSet row = BitSet.valueOf(bytes());
            for (int index = row.nextSetBit(0); index >= 0; index = row.nextSetBit(index)) {
                if (pivots[index] == null) {
                    pivots[index] = row;
                    rank++;
                    break;
                }
                row.xor(pivots[index]);
            }
        }
        assertThat(rank).isEqualTo(BITS);
    }
}
