package io.sojourn.codec;

import static io.sojourn.codec.SameValue.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.jackson.Encoding;
import io.sojourn.codec.shop.Shop;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records, enums and classes of an application. */
class ApplicationClassesTest {

    private static final List<JacksonCodec> CODECS = List.of(
            JacksonCodec.builder().allow("io.sojourn.codec.shop").build(),
            JacksonCodec.builder().json().allow("io.sojourn.codec.shop").build(),
            JacksonCodec.builder().trustClasses().allow("io.sojourn.codec.shop").build());

    static Stream<Object> values() {
        Shop.Item item = new Shop.Item("s", 1, new BigDecimal("9.90"));
        return Stream.of(
                item,
                new Shop.Cart(
                        null,
                        List.of(item, new Shop.Item("t", 2, null)),
                        new HashMap<>(Map.of(new UUID(1, 2), new int[] {1})),
                        Optional.of(Shop.Color.GREEN),
                        ZonedDateTime.of(2026, 7, 1, 12, 0, 0, 5, ZoneId.of("Asia/Kathmandu")),
                        5L,
                        null,
                        (byte) -1,
                        (short) 300,
                        Float.NaN,
                        '\uDC00',
                        null,
                        new Shop.Item[] {item}),
                new Shop.Square(1, new Shop.Square(2, new Shop.Circle(-0.0))),
                new Shop.Box<>(5L, List.of(new Shop.Circle(1), new Shop.Square(1, null))),
                new Shop.Box<>(new ArrayList<>(List.of(new Shop.Box<>("x", List.of()))), List.of()),
                new Shop.Bytes(new byte[] {1}, new int[][] {{1}, {}}),
                new Shop.Nothing(),
                new Shop.Sku("abc"),
                new Shop.Renamed(7),
                new Shop.Lying("truth"),
                new Shop.Shouting("ALREADY LOUD"),
                new Shop.Forgetful("a", null),
                new Shop.Money(100, "EUR"),
                new HashMap<>(Map.of(item, 1, new Shop.Item("t", 2, null), 2)),
                new HashSet<>(List.of(item, new Shop.Sku("a"), Shop.Color.RED)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackTheSame(Object value) {
        for (JacksonCodec codec : CODECS) {
            byte[] encoded = codec.encode("it", value);
            Object decoded = codec.decode("it", encoded);
            if (!(value instanceof Shop.Lying)) {
                assertSame(value, decoded);
            }
            assertThat(codec.encode("it", decoded)).isEqualTo(encoded);
        }
    }

    @Test
    void aClassIsItsFieldsWhateverItsGettersAndSettersSay() {
        Shop.Account account = new Shop.Account("ada", Instant.ofEpochSecond(1, 2), "admin", "buyer");
        for (JacksonCodec codec : CODECS) {
            Shop.Account decoded = (Shop.Account) codec.decode("it", codec.encode("it", account));
            assertThat(decoded.describe()).isEqualTo(account.describe());
        }
    }

    @Test
    void inheritedFieldsAreStoredToo() {
        Shop.Premium premium = new Shop.Premium("ada", 3);
        for (JacksonCodec codec : CODECS) {
            Shop.Account decoded = (Shop.Account) codec.decode("it", codec.encode("it", premium));
            assertThat(decoded).isInstanceOf(Shop.Premium.class);
            assertThat(decoded.describe()).isEqualTo(premium.describe());
        }
    }

    @Test
    void transientFieldsAreLeftOut() {
        String json = new String(CODECS.get(1).encode("it", new Shop.Premium("ada", 1)), StandardCharsets.UTF_8);
        assertThat(json).contains("roles").doesNotContain("cached");
    }

    @Test
    void objectsMayBeHalfAsDeepAsCollections() {
        Shop.Shape deepest = new Shop.Circle(1);
        for (int i = 1; i < Encoding.MAX_DEPTH / Encoding.LEVELS_OF_OBJECT; i++) {
            deepest = new Shop.Square(i, deepest);
        }
        for (JacksonCodec codec : CODECS) {
            assertThat(codec.decode("it", codec.encode("it", deepest))).isEqualTo(deepest);
        }
    }

    @Test
    void theShortNameIsWrittenAndBothAreRead() {
        Shop.Sku sku = new Shop.Sku("abc");
        JacksonCodec plain = JacksonCodec.builder().allow(Shop.Sku.class).build();
        JacksonCodec named = JacksonCodec.builder().alias(Shop.Sku.class, "sku").build();
        assertThat(named.encode("it", sku)).hasSizeLessThan(plain.encode("it", sku).length);
        assertThat(named.decode("it", plain.encode("it", sku))).isEqualTo(sku);
        assertThat(named.decode("it", named.encode("it", sku))).isEqualTo(sku);
        Shop.Sku[] array = {sku};
        assertThat(named.decode("it", named.encode("it", array))).isEqualTo(array);
        assertThat(named.decode("it", plain.encode("it", array))).isEqualTo(array);
    }

    @Test
    void manyThreadsShareOneCodec() throws Exception {
        List<Object> values = values().toList();
        JacksonCodec codec = JacksonCodec.builder().allow(Shop.class).build();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Object value = values.get(i % values.size());
                tasks.add(() -> {
                    byte[] encoded = codec.encode("it", value);
                    return Arrays.equals(encoded, codec.encode("it", codec.decode("it", encoded)));
                });
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aTrustedClassIsNotReadBack() {
        JacksonCodec trusting =
                JacksonCodec.builder().allow(Shop.class).trustClasses().build();
        Object decoded = trusting.decode("it", trusting.encode("it", new Shop.Forgetful("a", "b")));
        assertThat(decoded).isEqualTo(new Shop.Forgetful("a", null));
    }
}
