package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.shop.Shop;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What would not come back equal is refused, and the message says what to do. */
class RefusedValuesTest {

    private static final JacksonCodec CODEC =
            JacksonCodec.builder().allow("io.sojourn.codec.shop").build();

    @SuppressWarnings({"ArrayAsKeyOfSetOrMap", "UnnecessaryStringBuilder"}) // they are what is refused
    static Stream<Arguments> refused() {
        record Local(int n) {}
        class Captured {}
        return Stream.of(
                Arguments.of(new Object(), "java.lang.Object"),
                Arguments.of(new Object() {}, "anonymous or local"),
                Arguments.of(new Local(1), "anonymous or local"),
                Arguments.of(new Captured(), "anonymous or local"),
                Arguments.of((Supplier<String>) () -> "x", "lambda"),
                Arguments.of((Supplier<String>) "x"::trim, "lambda"),
                Arguments.of(new Shop.Outer().new Inner(), "make it static"),
                Arguments.of(new Thread("a"), "java.lang.Thread"),
                Arguments.of(RefusedValuesTest.class, "java.lang.Class"),
                Arguments.of(ClassLoader.getPlatformClassLoader(), "ClassLoader"),
                Arguments.of(new ByteArrayInputStream(new byte[1]), "java.io.ByteArrayInputStream"),
                Arguments.of(Stream.of(1), "ReferencePipeline"),
                Arguments.of(List.of(1).iterator(), "ImmutableCollections$ListItr"),
                Arguments.of(new StringBuilder("x"), "store a String"),
                Arguments.of(Pattern.compile("x"), "store its pattern()"),
                Arguments.of(Calendar.getInstance(), "store a ZonedDateTime"),
                Arguments.of(new AtomicInteger(), "store an Integer"),
                Arguments.of(new SimpleTimeZone(1, "mine"), "java.util.SimpleTimeZone"),
                Arguments.of(new Locale("no", "NO", "NY"), "no text that means the same value"),
                Arguments.of(BigInteger.ONE.shiftLeft(40_000), "more than 10000 digits"),
                Arguments.of(new HashMap<>(Map.of(1, 1)).keySet(), "store a copy"),
                Arguments.of(new HashMap<>(Map.of(1, 1)).values(), "store a copy"),
                Arguments.of(new ArrayList<>(List.of(1, 2)).subList(0, 1), "store a copy"),
                Arguments.of(Collections.synchronizedList(new ArrayList<>()), "store a copy"),
                Arguments.of(Collections.unmodifiableCollection(new ArrayList<>()), "store a copy"),
                Arguments.of(new IdentityHashMap<>(), "store a copy"),
                Arguments.of(new Properties(), "store a copy"),
                Arguments.of(new TreeMap<>(String.CASE_INSENSITIVE_ORDER), "comparator"),
                Arguments.of(new TreeSet<>(Comparator.<String>reverseOrder()), "comparator"),
                Arguments.of(new HashSet<>(List.of(new byte[1])), "no equality by value"),
                Arguments.of(new HashMap<>(Map.of(new ArrayDeque<>(), 1)), "no equality by value"),
                Arguments.of(Set.of(List.of((Object) new Object[0])), "no equality by value"),
                Arguments.of(
                        new Shop.OwnList(),
                        "is a Collection of its own, which JacksonCodec does not keep; store a copy, such as a new ArrayList"),
                Arguments.of(new Shop.Failure(), "extends java.lang.RuntimeException"),
                Arguments.of(new Shop.Shadowed(), "both have a field name"),
                Arguments.of(new Shop.NoWayBack("x"), "@JsonCreator"),
                Arguments.of(new Shop.Forgetful("a", "b"), "does not come back equal"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedByName(Object value, String why) {
        JacksonCodec json =
                JacksonCodec.builder().json().allow("io.sojourn.codec.shop").build();
        for (JacksonCodec codec : List.of(CODEC, json)) {
            for (Object holder : List.of(value, new ArrayList<>(List.of(value)), new HashMap<>(Map.of("k", value)))) {
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> codec.encode("basket", holder))
                        .withMessageStartingWith("Attribute \"basket\" cannot be stored: ")
                        .withMessageContaining(why);
            }
        }
    }

    /** A library's, such as one of connections. */
    static final class Pool implements AutoCloseable {
        @Override
        public void close() {}
    }

    static Stream<Object> resources() {
        return Stream.of(
                new Thread(() -> {}),
                new ByteArrayInputStream(new byte[1]),
                Stream.of(1),
                new ReentrantLock(),
                new CompletableFuture<>(),
                new Pool());
    }

    /** To allow its class would not help. */
    @ParameterizedTest
    @MethodSource("resources")
    void aThreadAStreamOrAConnectionIsRefusedAsNoData(Object resource) {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("basket", new ArrayList<>(List.of(resource))))
                .withMessageContaining("is no data: ")
                .withMessageContaining("keep it in the application")
                .withMessageNotContaining("allow(");
    }

    @Test
    void aClassThatIsNotAllowedIsNamedWithTheLineToAdd() {
        JacksonCodec strict = JacksonCodec.create();
        for (Object value : List.of(new Shop.Item("s", 1, null), Shop.Color.GREEN, new Shop.Item[0])) {
            Class<?> type = value instanceof Shop.Color c ? c.getDeclaringClass() : Shop.Item.class;
            assertThatExceptionOfType(ValueNotAcceptedException.class)
                    .isThrownBy(() -> strict.encode("basket", new ArrayList<>(List.of(value))))
                    .withMessage("Attribute \"basket\" cannot be stored: " + type.getName()
                            + " is not allowed; add JacksonCodec.builder().allow(" + type.getCanonicalName()
                            + ".class), or in text settings allowedTypes=" + type.getName()
                            + " (in the environment SOJOURN_ALLOWED_TYPES, in Spring Boot sojourn.allowed-types).");
        }
    }

    @Test
    void anEnumThatIsOnlyDeclaredByAnAllowedClassIsNotAllowedByThat() {
        JacksonCodec narrow = JacksonCodec.builder().allow(Gift.class).build();
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> narrow.encode("it", new Gift(Shop.Color.RED, DayOfWeek.MONDAY)))
                .withMessageContaining(
                        "add JacksonCodec.builder().allow(" + Shop.Color.class.getCanonicalName() + ".class)");
        JacksonCodec both =
                JacksonCodec.builder().allow(Gift.class).allow(Shop.Color.class).build();
        byte[] encoded = both.encode("it", new Gift(Shop.Color.RED, DayOfWeek.MONDAY));
        assertThat(both.decode("it", encoded)).isEqualTo(new Gift(Shop.Color.RED, DayOfWeek.MONDAY));
        assertThatExceptionOfType(UnreadableValueException.class).isThrownBy(() -> narrow.decode("it", encoded));
    }

    record Gift(Shop.Color wrapping, DayOfWeek day) {}

    @Test
    void aBaseClassThatIsNotAllowedIsNamedWithTheLineToAdd() {
        JacksonCodec narrow = JacksonCodec.builder().allow(Shop.Premium.class).build();
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> narrow.encode("it", new Shop.Premium("ada", 1)))
                .withMessageContaining(
                        "add JacksonCodec.builder().allow(" + Shop.Account.class.getCanonicalName() + ".class)");
    }

    @Test
    void noMessageAndNoCauseQuotesTheValue() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new Shop.NoWayBack("hunter2")))
                .satisfies(e -> {
                    for (Throwable t = e; t != null; t = t.getCause()) {
                        assertThat(String.valueOf(t.getMessage())).doesNotContain("hunter2");
                    }
                });
    }

    @Test
    void whatContainsItselfIsRefusedAndNotFollowedForEver() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        list.add(list);
        Map<String, Object> map = new HashMap<>();
        map.put("self", List.of(map, map));
        Object[] array = new Object[2];
        array[0] = array;
        array[1] = array;
        Shop.Node node = new Shop.Node();
        node.other = new Shop.Node();
        node.other.other = node;
        for (Object value : List.of(list, map, array, node)) {
            assertThatExceptionOfType(ValueNotAcceptedException.class)
                    .isThrownBy(() -> CODEC.encode("it", value))
                    .withMessageContaining("contains itself");
        }
    }

    @Test
    void oneLevelTooManyIsRefused() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", JdkValuesTest.nested(JacksonCodec.MAX_DEPTH)))
                .withMessageContaining("more than 250 levels deep");
    }

    @Test
    void objectsWithoutEqualsAreRefusedAsKeysAndTakenAsValues() {
        Shop.Node node = new Shop.Node();
        assertThat(CODEC.decode("it", CODEC.encode("it", new ArrayList<>(List.of(node)))))
                .isInstanceOf(ArrayList.class);
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new HashSet<>(List.of(node))))
                .withMessageContaining("does not come back equal");
    }
}
