package io.sojourn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sojourn.UnreadableValueException;
import io.sojourn.codec.shop.Shop;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes from a store that somebody else can write to: one kind of exception, and soon. */
class HostileBytesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final JacksonCodec CBOR =
            JacksonCodec.builder().allow(Shop.class).build();
    private static final JacksonCodec JSON =
            JacksonCodec.builder().json().allow(Shop.class).build();

    private static Object sample() {
        Map<Object, Object> map = new HashMap<>();
        map.put(new UUID(1, 2), new int[] {1, 2, 3});
        map.put(7L, EnumSet.of(Shop.Color.RED));
        map.put("s", Optional.of(new BigDecimal("12.50")));
        return new Shop.Cart(
                "ada",
                List.of(new Shop.Item("a", 1, BigDecimal.TEN), new Shop.Item("b", 2, null)),
                new HashMap<>(Map.of(new UUID(3, 4), map)),
                Optional.of(Shop.Color.GREEN),
                Instant.ofEpochSecond(1_790_000_000).atZone(ZoneId.of("Europe/Berlin")),
                5,
                6L,
                (byte) 1,
                (short) 2,
                1.5f,
                'x',
                Shop.Color.BLUE,
                new String[] {"a", "\u20ac"});
    }

    @Test
    void everyTruncationIsUnreadable() {
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            byte[] whole = codec.encode("it", sample());
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatExceptionOfType(UnreadableValueException.class)
                        .as("cut to %s of %s bytes", length, whole.length)
                        .isThrownBy(() -> codec.decode("it", cut));
            }
        }
    }

    @Test
    void everyFlippedBitGivesAValueOrIsUnreadable() {
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            byte[] whole = codec.encode("it", sample());
            int readable = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> countReadable(codec, whole));
            assertThat(readable).isBetween(1, 9 * whole.length - 1);
        }
    }

    private static int countReadable(JacksonCodec codec, byte[] whole) {
        int readable = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                damaged[at] = (byte) (whole[at] ^ mask);
                try {
                    codec.decode("it", damaged);
                    readable++;
                } catch (UnreadableValueException expected) {
                    assertThat(expected).hasMessageStartingWith("Attribute \"it\" cannot be read: ");
                }
            }
        }
        return readable;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "f6", // null
                "f7", // undefined
                "ff", // a break out of nothing
                "9a7fffffff", // an array that claims 2^31 - 1 elements
                "9b7fffffffffffffff01", // or 2^63 - 1
                "ba7fffffff", // an object
                "7a7fffffff6161", // a text
                "5a7fffffff6161", // a byte string
                "a16668617368c5", // an object cut off in its mark
                "a1644c697374a0", // a list that is an object
                "a1644c697374f6", // or null
                "a0", // an object without a mark
                "a2644c697374806153f6", // an object with two marks
                "a1644c6f6e676131", // a Long that is a text
                "a1644c6f6e67c24b0102030405060708090a0b", // a Long of eleven bytes
                "c24b0102030405060708090a0b", // a bare number of eleven bytes
                "c4821b7fffffffffffffff01", // a decimal fraction whose exponent takes for ever
                "c4821a7fffffff01",
                "a166446f75626c65c4821a7fffffff01",
                "a1664e6f73756368f6", // a kind that is not known
                "0101", // two values
                "01ff" // and one with a tail
            })
    void malformedCborIsUnreadable(String hex) {
        assertUnreadable(CBOR, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{}",
                "{\"a\":",
                "[1,]",
                "[1] 2",
                "NaN",
                "1e999999999x",
                "123456789012345678901234567890",
                "{\"UUID\":\"no uuid\"}",
                "{\"UUID\":5}",
                "{\"Instant\":[1]}",
                "{\"Instant\":[1,2,3]}",
                "{\"Instant\":[9223372036854775807,0]}",
                "{\"Character\":70000}",
                "{\"Short\":70000}",
                "{\"byte[]\":\"*\"}",
                "{\"int[]\":[1,2.5]}",
                "{\"int[]\":[1,9999999999]}",
                "{\"boolean[]\":[1]}",
                "{\"[]\":[]}",
                "{\"[]\":[\"int\",1]}",
                "{\"[]\":[\"java.lang.String\",1]}",
                "{\"[]\":[\"java.lang.Runtime\"]}",
                "{\"EnumSet\":[\"java.lang.String\"]}",
                "{\"EnumSet\":[\"@io.sojourn.codec.shop.Shop$Color\",\"MAUVE\"]}",
                "{\"TreeSet\":[1,\"a\"]}",
                "{\"TreeSet\":[null]}",
                "{\"ConcurrentHashMap\":{\"a\":null}}",
                "{\"HashMap\":[1]}",
                "{\"HashMap\":7}",
                "{\"TimeZone\":\"Moon/Tycho\"}",
                "{\"ZonedDateTime\":[\"2026-01-01T00:00\",\"Z\",\"Moon/Tycho\"]}",
                "{\"Map.entry\":[1]}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":null}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":5}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":{\"count\":\"many\"}}",
                "{\"@io.sojourn.codec.shop.Shop$Color\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$Shape\":{}}",
                "{\"@io.sojourn.codec.shop.Shop\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$OwnList\":[\"a\"]}",
                "{\"@io.sojourn.codec.shop.Shop$Failure\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$Missing\":{}}",
                "{\"@\":{}}"
            })
    void malformedJsonIsUnreadable(String json) {
        assertUnreadable(JSON, json.getBytes(UTF_8));
    }

    @Test
    void bytesThatNestWithoutEndAreUnreadable() {
        byte[] arrays = new byte[1_000_000];
        Arrays.fill(arrays, (byte) 0x81);
        assertUnreadable(CBOR, arrays);
        assertUnreadable(JSON, "[".repeat(1_000_000).getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Optional\":".repeat(100_000).getBytes(UTF_8));
        assertUnreadable(
                JSON,
                "{\"@io.sojourn.codec.shop.Shop$Square\":{\"inner\":"
                        .repeat(10_000)
                        .getBytes(UTF_8));
        // In a property that nobody reads any more.
        String unknown = "{\"@io.sojourn.codec.shop.Shop$Nothing\":{\"gone\":" + "[".repeat(100_000);
        assertUnreadable(JSON, unknown.getBytes(UTF_8));
    }

    @Test
    void numbersOfManyDigitsAreRefusedBeforeTheyAreWorkedOut() {
        String digits = "9".repeat(3_000_000);
        assertUnreadable(JSON, ("{\"BigInteger\":\"" + digits + "\"}").getBytes(UTF_8));
        assertUnreadable(JSON, ("{\"BigDecimal\":\"" + digits + "\"}").getBytes(UTF_8));
        assertUnreadable(JSON, digits.getBytes(UTF_8));
        assertUnreadable(JSON, ("{\"Long\":" + digits + "}").getBytes(UTF_8));
    }

    @Test
    void whatNobodyWritesAsAKeyIsNotReadAsOne() {
        assertUnreadable(JSON, "{\"HashMap\":[{\"int[]\":[1]},1]}".getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Set\":[[{\"int[]\":[1]}]]}".getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Set\":[{\"HashMap\":[1,{\"int[]\":[1]}]}]}".getBytes(UTF_8));
        assertUnreadable(CBOR, new byte[] {(byte) 0xa1, 0x63, 'S', 'e', 't', (byte) 0x81, 0x41, 1}); // {"Set": [h'01']}
        assertThat(CBOR.decode("it", new byte[] {(byte) 0xa1, 0x63, 'S', 'e', 't', (byte) 0x81, 1}))
                .isEqualTo(Set.of(1));
        assertThat(JSON.decode("it", "{\"HashMap\":[[1],{\"int[]\":[1]}]}".getBytes(UTF_8)))
                .isInstanceOf(HashMap.class);
    }

    @Test
    void noMessageQuotesTheBytes() {
        List<String> stored = List.of(
                "\"hunter2",
                "{\"hunter2\":1}",
                "{\"UUID\":\"hunter2\"}",
                "{\"@x hunter2\":1}",
                "{\"[]\":[\"hunter2 y\"]}");
        for (String json : stored) {
            assertThatExceptionOfType(UnreadableValueException.class)
                    .isThrownBy(() -> JSON.decode("it", json.getBytes(UTF_8)))
                    .satisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(String.valueOf(t.getMessage())).doesNotContain("hunter2");
                        }
                    });
        }
    }

    @Test
    void bytesOfTheOtherFormAreUnreadableNotMisread() {
        assertUnreadable(CBOR, JSON.encode("it", sample()));
        assertUnreadable(JSON, CBOR.encode("it", sample()));
        assertThat(new ArrayList<>(List.of(JSON.encode("it", 1)[0]))).containsExactly((byte) '1');
    }

    private static void assertUnreadable(JacksonCodec codec, byte[] encoded) {
        assertTimeoutPreemptively(
                SOON,
                () -> assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> codec.decode("it", encoded)));
    }
}
