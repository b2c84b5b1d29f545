package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Tokens as the default source of randomness makes them. */
class RandomTokensTest {

    private static final int MANY = 1_000_000;
    private static final int ID_BYTES = SessionId.BYTES;
    private static final int BITS = (SessionId.BYTES + SessionToken.SECRET_BYTES) * Byte.SIZE;

    /** Of a million fair coins so many more or fewer than half show heads less than once in 10^11 times: seven sigma. */
    private static final int LEAN = 3_500;

    private final SecureRandom random = new SecureRandom();

    /** A token's random bytes, out of what a client gets. */
    private byte[] bytes() {
        String text = SessionToken.random(SessionId.random(random), random).reveal();
        byte[] bytes = Arrays.copyOf(Base64.getUrlDecoder().decode(text.substring(0, 22)), BITS / Byte.SIZE);
        System.arraycopy(
                Base64.getUrlDecoder().decode(text.substring(23)), 0, bytes, ID_BYTES, SessionToken.SECRET_BYTES);
        return bytes;
    }

    private static long first64(byte[] bytes, int from) {
        long number = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            number = number << Byte.SIZE | (bytes[i] & 0xff);
        }
        return number;
    }

    private static boolean bit(byte[] bytes, int index) {
        return (bytes[index / Byte.SIZE] >> (index % Byte.SIZE) & 1) == 1;
    }

    @Test
    void aMillionTokensHaveNoDuplicateAndNoBitThatIsFixedOrLeans() {
        assertThat(BITS).isGreaterThanOrEqualTo(256);
        long[] ids = new long[MANY];
        long[] secrets = new long[MANY];
        int[] ones = new int[BITS];
        int[] likeTheNext = new int[BITS];
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = bytes();
            ids[i] = first64(bytes, 0);
            secrets[i] = first64(bytes, ID_BYTES);
            boolean next = bit(bytes, 0);
            for (int index = BITS - 1; index >= 0; index--) {
                boolean one = bit(bytes, index);
                ones[index] += one ? 1 : 0;
                likeTheNext[index] += one == next ? 1 : 0;
                next = one;
            }
        }
        for (int[] counts : new int[][] {ones, likeTheNext}) {
            assertThat(counts)
                    .satisfies(it -> Arrays.stream(it)
                            .forEach(count -> assertThat(count).isBetween(MANY / 2 - LEAN, MANY / 2 + LEAN)));
        }
        // Equal in 64 bits would be one of a million in 10^7 runs.
        assertAllDiffer(ids);
        assertAllDiffer(secrets);
    }

    private static void assertAllDiffer(long[] numbers) {
        Arrays.sort(numbers);
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] == numbers[i - 1]) {
                throw new AssertionError("Two tokens begin with the same 64 bits");
            }
        }
    }

    /** Over the field of two elements, the rank of some hundreds of tokens is the number of bits that none of the others fix. */
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
