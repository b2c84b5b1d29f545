package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JavaSerializationCodecTest {

    @SuppressWarnings("ArrayRecordComponent") // applications have them
    record Item(String sku, BigDecimal price, byte[] picture) implements Serializable {}

    static class Account implements Serializable {
        private static final long serialVersionUID = 1L;
        String name = "ada";
        transient int cached = 3;
    }

    static class Forgetful implements Serializable {
        private static final long serialVersionUID = 1L;
        transient @Nullable String secret = "s";

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Forgetful that && Objects.equals(secret, that.secret);
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    static class Connection {
        int socket = 1;
    }

    record Holder(@Nullable Object content) implements Serializable {
        @SuppressWarnings("serial")
        Holder {}
    }

    /** Stands for a gadget: what it does when it is read, it does to whoever reads it. */
    static class Gadget implements Serializable {
        private static final long serialVersionUID = 1L;
        static int sprung;

        private void readObject(ObjectInputStream in) {
            sprung++;
        }
    }

    private static final JavaSerializationCodec CODEC = JavaSerializationCodec.builder()
            .allow(Item.class)
            .allow(Account.class)
            .allow(Forgetful.class)
            .allow(Holder.class)
            .allow(Last.class)
            .build();

    private static byte[] serialized(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void withoutAListOrAFilterItIsNotBuilt() {
        assertThatIllegalStateException()
                .isThrownBy(() -> JavaSerializationCodec.builder().build())
                .withMessageContaining("allow(\"com.acme.shop\")");
    }

    @Test
    void valuesOfTheJdkComeBackAndGiveTheSameBytesAgain() {
        Map<Object, Object> roomy = new HashMap<>(1000);
        roomy.put("a", 1);
        roomy.put(UUID.randomUUID(), List.of(1, 2, 3));
        List<Object> values = List.of(
                "text",
                5,
                5L,
                new BigDecimal("1.50"),
                Instant.now(),
                ZonedDateTime.now(ZoneId.of("Europe/Berlin")),
                UUID.randomUUID(),
                Locale.GERMANY,
                new ArrayList<>(List.of(1, 2)),
                roomy,
                new TreeMap<>(Map.of("a", 1)),
                new LinkedHashMap<>(Map.of(1, 2)),
                EnumSet.of(TimeUnit.DAYS),
                new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
                new ConcurrentHashMap<>(Map.of(1, 2)),
                Set.of(1, 2),
                Map.of("a", List.of()),
                new int[] {1},
                new String[][] {{"a"}},
                new byte[0],
                Collections.synchronizedMap(new LinkedHashMap<>(Map.of(1, 2))),
                Collections.synchronizedList(new ArrayList<>(List.of(1))),
                Arrays.asList(1, 2));
        for (Object value : values) {
            byte[] encoded = CODEC.encode("it", value);
            Object decoded = CODEC.decode("it", encoded);
            assertThat(Objects.deepEquals(decoded, value))
                    .as(value.getClass().getName())
                    .isTrue();
            assertThat(decoded.getClass()).isEqualTo(value.getClass());
            assertThat(CODEC.encode("it", decoded))
                    .as(value.getClass().getName())
                    .isEqualTo(encoded);
        }
        assertThat(CODEC.id()).isEqualTo(3);
    }

    @Test
    void allowedClassesComeBack() {
        Item item = new Item("s", BigDecimal.TEN, new byte[] {1});
        Item decoded = (Item) CODEC.decode("it", CODEC.encode("it", item));
        assertThat(decoded.picture()).isEqualTo(item.picture());
        Account account = (Account) CODEC.decode("it", CODEC.encode("it", new Account()));
        assertThat(account.name).isEqualTo("ada");
        assertThat(account.cached).isZero();
        assertThat(CODEC.decode("it", CODEC.encode("it", new ArrayDeque<>(List.of(account)))))
                .isInstanceOf(ArrayDeque.class);
    }

    @Test
    void countersOfTheJdkComeBack() {
        AtomicInteger counter = (AtomicInteger) CODEC.decode("it", CODEC.encode("it", new AtomicInteger(7)));
        assertThat(counter).hasValue(7);
        AtomicLong large = (AtomicLong) CODEC.decode("it", CODEC.encode("it", new AtomicLong(8)));
        assertThat(large).hasValue(8);
        assertThat((AtomicBoolean) CODEC.decode("it", CODEC.encode("it", new AtomicBoolean(true))))
                .isTrue();
    }

    @Test
    void whatDoesNotComeBackEqualIsRefused() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new Forgetful()))
                .withMessageContaining("transient");
    }

    @Test
    void whatIsNotSerializableIsRefusedByItsClassAndTheOneThatHoldsIt() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("basket", new Holder(new ArrayList<>(List.of(new Connection())))))
                .withMessageContaining("\"basket\"")
                .withMessageContaining(Connection.class.getName() + " is not Serializable")
                .withMessageContaining(Holder.class.getName());
    }

    static Stream<Object> resources() {
        return RefusedValuesTest.resources().filter(resource -> !(resource instanceof Serializable));
    }

    /** To allow its class would not help. */
    @ParameterizedTest
    @MethodSource("resources")
    void aThreadAStreamOrAConnectionIsRefusedAsNoData(Object resource) {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("basket", new ArrayList<>(List.of(resource))))
                .withMessageContaining(resource.getClass().getName() + " is no data: ")
                .withMessageNotContaining("allow(");
    }

    @Test
    void aClassThatIsNotAllowedIsRefusedOnWritingWithTheLineToAdd() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new Holder(new Gadget())))
                .withMessageContaining(
                        "add JavaSerializationCodec.builder().allow(\"io.sojourn.codec\"), or in text settings"
                                + " allowedTypes=" + Gadget.class.getName()
                                + " (in the environment SOJOURN_ALLOWED_TYPES, in Spring Boot sojourn.allowed-types).");
    }

    @Test
    void aGadgetDoesNotSpring() {
        int before = Gadget.sprung;
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Runnable.class}, new SerializableHandler());
        for (Object value : List.of(
                new Gadget(),
                new Holder(new Gadget()),
                new Gadget[] {new Gadget()},
                new HashMap<>(Map.of(1, new Gadget())),
                proxy)) {
            assertThatExceptionOfType(UnreadableValueException.class)
                    .isThrownBy(() -> CODEC.decode("it", serialized(value)))
                    .withMessageContaining("is not");
        }
        assertThat(Gadget.sprung).isEqualTo(before);
    }

    private static final class SerializableHandler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) {
            return null;
        }
    }

    @Test
    void aFilterAloneMustSayYes() {
        JavaSerializationCodec yes = JavaSerializationCodec.builder()
                .filter(ObjectInputFilter.Config.createFilter("java.base/*;" + Account.class.getName() + ";!*"))
                .build();
        assertThat(((Account) yes.decode("it", yes.encode("it", new Account()))).name)
                .isEqualTo("ada");
        assertThat(yes.decode("it", yes.encode("it", new int[] {1}))).isEqualTo(new int[] {1});
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> yes.decode("it", serialized(new Gadget())));
        JavaSerializationCodec undecided = JavaSerializationCodec.builder()
                .filter(info -> ObjectInputFilter.Status.UNDECIDED)
                .build();
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> undecided.decode("it", serialized(new Account())));
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> undecided.encode("it", new Account()));
    }

    @Test
    void aFilterNarrowsAList() {
        JavaSerializationCodec both = JavaSerializationCodec.builder()
                .allow(JavaSerializationCodecTest.class)
                .filter(info -> info.serialClass() == Gadget.class
                        ? ObjectInputFilter.Status.REJECTED
                        : ObjectInputFilter.Status.UNDECIDED)
                .build();
        assertThat(both.decode("it", serialized(new Account()))).isInstanceOf(Account.class);
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> both.decode("it", serialized(new Gadget())));
    }

    @Test
    void eachLimitHoldsBothWays() {
        Object deep = "x";
        for (int i = 0; i < 30; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(new ArrayList<>());
        }
        assertOverLimit(JavaSerializationCodec.builder().maxDepth(10), deep);
        assertOverLimit(JavaSerializationCodec.builder().maxReferences(50), many);
        assertOverLimit(JavaSerializationCodec.builder().maxBytes(100), "x".repeat(101));
        assertOverLimit(JavaSerializationCodec.builder().maxArrayLength(10), new int[11]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JavaSerializationCodec.builder().maxDepth(0));
    }

    private static void assertOverLimit(JavaSerializationCodec.Builder builder, Object value) {
        JavaSerializationCodec codec = builder.allow(Item.class).build();
        assertThatExceptionOfType(ValueNotAcceptedException.class).isThrownBy(() -> codec.encode("it", value));
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> codec.decode("it", serialized(value)));
    }

    /** Reading hash sets that hold each other twice over takes time exponential in their depth. */
    @Test
    void aBombOfHashSetsIsDefusedByTheDepthLimit() {
        Set<Object> root = new HashSet<>();
        Set<Object> left = root;
        Set<Object> right = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Set<Object> nextLeft = new HashSet<>();
            Set<Object> nextRight = new HashSet<>(Set.of("x"));
            left.addAll(List.of(nextLeft, nextRight));
            right.addAll(List.of(nextLeft, nextRight));
            left = nextLeft;
            right = nextRight;
        }
        byte[] bomb = serialized(root);
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> CODEC.decode("it", bomb)));
    }

    /** The same within the default limits: 20 levels, each of which is in the one above it several times. */
    @Test
    @SuppressWarnings("JdkObsolete") // an attacker takes the old ones as well
    void setsThatShareTheirElementsAreRefusedBeforeTheyAreHashed() {
        List<Supplier<Object>> bombs = List.of(
                () -> shared(LinkedList::new, 18, 3),
                () -> shared(ArrayList::new, 18, 6),
                () -> new Holder(shared(ArrayList::new, 17, 4)),
                () -> shared(Vector::new, 18, 6));
        for (Supplier<Object> bomb : bombs) {
            assertUnreadableSoon(asSet(List.of(bomb.get())));
        }
    }

    /** Lists of lists, with the innermost a key of a map: nothing is hashed while it is made. */
    private static Object shared(Supplier<? extends Collection<Object>> empty, int levels, int width) {
        Collection<Object> root = empty.get();
        List<Collection<Object>> level = new ArrayList<>(List.of(root));
        for (int i = 0; i < levels; i++) {
            List<Collection<Object>> next = new ArrayList<>();
            for (int j = 0; j < width; j++) {
                Collection<Object> inner = new ArrayList<>();
                inner.add(j);
                next.add(inner);
            }
            level.forEach(outer -> outer.addAll(next));
            level = next;
        }
        return root;
    }

    private static void assertUnreadableSoon(byte[] stream) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> CODEC.decode("it", stream))
                        .withMessageMatching(".*(may take too long to read|is longer than the bytes|is damaged).*"));
    }

    /** The JDK skips a reset, and reads names in which a letter has two octets. */
    @Test
    void bombThatIsWrittenOtherwiseThanTheJdkWritesIsRefusedBeforeItIsHashed() {
        byte[] bomb = asSet(List.of(shared(ArrayList::new, 16, 6)));
        byte[] overlong = replaced(bomb, "\u0011java.util.HashSet", "\u0012java.util.HashSe\u00c1\u00b4");
        for (byte[] stream : List.of(bomb, overlong)) {
            assertUnreadableSoon(stream);
            assertUnreadableSoon(replaced(stream, "\u00ac\u00ed\u0000\u0005", "\u00ac\u00ed\u0000\u0005y"));
        }
    }

    private static byte[] replaced(byte[] stream, String part, String by) {
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        assertThat(text).containsOnlyOnce(part);
        return text.replace(part, by).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sorts each after all others, so that collections take one twice. */
    record Last() implements Comparator<Object>, Serializable {
        @Override
        @SuppressWarnings("UnusedVariable")
        public int compare(Object one, Object other) {
            return 1;
        }
    }

    /** Each time it is compared with the other one, letter by letter. */
    @Test
    void longStringsThatAreReferredToAgainAndAgainAreRefused() {
        Map<Object, Object> sorted = new ConcurrentSkipListMap<>(new Last());
        List<Object> strings = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            for (String text : List.of(LONG, LONG_TOO)) {
                strings.add(text);
                sorted.put(text, "");
            }
        }
        PriorityQueue<Object> queue = new PriorityQueue<>(new Last());
        queue.addAll(strings);
        assertThat((List<?>) CODEC.decode("it", serialized(strings))).hasSize(10_000);
        assertUnreadableSoon(asSet(strings));
        assertUnreadableSoon(serialized(queue));
        assertUnreadableSoon(serialized(sorted));
        List<Object> few = strings.subList(0, 100);
        assertThat(CODEC.decode("it", asSet(few))).isEqualTo(Set.of(LONG));
        assertUnreadableSoon(asSet(Collections.nCopies(7_000, new ArrayList<>(Arrays.asList(new Object[500_000])))));
    }

    private static final String LONG = "x".repeat(500_000);
    private static final String LONG_TOO = "x".repeat(500_000);

    /** The JDK's immutable sets and maps look through all keys of one hash code, also of classes that have an order. */
    @Test
    void keysOfOneHashInAnImmutableSetAreBounded() {
        assertUnreadableSoon(serialized(Set.copyOf(multiples(11_000))));
        assertThat(CODEC.decode("it", serialized(Set.copyOf(multiples(1_000)))))
                .isEqualTo(Set.copyOf(multiples(1_000)));
    }

    private static List<Integer> multiples(int count) {
        return IntStream.range(0, count).mapToObj(i -> i * 2 * count).toList();
    }

    @Test
    void keysOfOneHashAreBoundedInSerializedFormToo() {
        List<Object> lists = new ArrayList<>();
        List<Object> few = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            lists.add(new ArrayList<>(List.of(i, -31 * i)));
        }
        for (int i = 0; i < 1_000; i++) {
            few.add(new ArrayList<>(List.of(i, -31 * i)));
        }
        // A list of keys is as long as a set of them, and is made without a comparison: only the set's form is needed.
        byte[] set = serialized(new HashSet<>(few));
        assertThat(CODEC.decode("it", set)).isEqualTo(new HashSet<>(few));
        assertThat(CODEC.decode("it", CODEC.encode("it", lists))).isEqualTo(lists);
        assertUnreadableSoon(asSet(lists));
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new HashSet<>(distinct(6_000))))
                .withMessageContaining("too long to read");
        assertThat(CODEC.decode("it", CODEC.encode("it", new HashSet<>(distinct(3_000)))))
                .isEqualTo(new HashSet<>(distinct(3_000)));
    }

    private static List<Object> distinct(int count) {
        List<Object> lists = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lists.add(new ArrayList<>(List.of(i, i)));
        }
        return lists;
    }

    /** The stream of a set with these elements, which are not put into one. */
    private static byte[] asSet(List<Object> elements) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] empty = serialized(new HashSet<>());
            bytes.write(empty, 0, empty.length - 5);
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(elements.size()).array());
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(rest)) {
                out.writeObject(new HashSet<>()); // takes the same two handles
                out.flush();
                int before = rest.size();
                for (Object element : elements) {
                    out.writeObject(element);
                }
                out.flush();
                bytes.write(rest.toByteArray(), before, rest.size() - before);
            }
            bytes.write(ObjectStreamConstants.TC_ENDBLOCKDATA);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anArrayThatSaysMoreThanThereIsIsRefusedBeforeItIsMade() {
        byte[] stream = serialized(new long[100]);
        ByteBuffer.wrap(stream).putInt(stream.length - 804, 900_000);
        assertUnreadableSoon(stream);
    }

    @Test
    void everyTruncationAndEveryTailIsUnreadable() {
        byte[] whole = CODEC.encode("it", new Holder(new ArrayList<>(List.of(1, "a", new Account()))));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(UnreadableValueException.class)
                    .as("cut to %s", length)
                    .isThrownBy(() -> CODEC.decode("it", cut));
        }
        for (int last = 0; last < 256; last++) {
            byte[] longer = Arrays.copyOf(whole, whole.length + 1);
            longer[whole.length] = (byte) last;
            assertThatExceptionOfType(UnreadableValueException.class)
                    .as("tail %s", last)
                    .isThrownBy(() -> CODEC.decode("it", longer));
        }
    }

    @Test
    void everyFlippedBitGivesAValueOrIsUnreadable() {
        byte[] whole =
                CODEC.encode("it", new Holder(new HashMap<>(Map.of("a", new Item("s", BigDecimal.ONE, new byte[3])))));
        int readable = 0;
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                CODEC.decode("it", damaged);
                readable++;
            } catch (UnreadableValueException expected) {
                assertThat(expected).hasMessageStartingWith("Attribute \"it\" cannot be read: ");
            }
        }
        assertThat(readable).isBetween(1, 8 * whole.length - 1);
    }

    @Test
    void aDamagedMapOfTheJdkIsUnreadableThoughTheJdkCallsItAnErrorOfItsOwn() {
        byte[] damaged = CODEC.encode("it", Map.of("a", "b", "c", "d"));
        for (int i = 0; i + 5 < damaged.length; i++) {
            // A block of four bytes, the number of keys and values.
            if (damaged[i] == 0x77 && damaged[i + 1] == 4 && damaged[i + 5] == 4) {
                damaged[i + 5] = 3;
            }
        }
        assertThatExceptionOfType(UnreadableValueException.class).isThrownBy(() -> CODEC.decode("it", damaged));
    }

    @Test
    void whatWasSetCanBeRead() {
        JavaSerializationCodec codec = JavaSerializationCodec.builder()
                .allow("com.acme")
                .allow(Item.class)
                .build();
        assertThat(codec.allowedPackages()).containsExactly("com.acme");
        assertThat(codec.allowedClasses()).containsExactly(Item.class.getName());
        assertThat(codec.filter()).isEmpty();
        assertThat(codec.maxDepth()).isEqualTo(JavaSerializationCodec.DEFAULT_MAX_DEPTH);
        assertThat(codec.maxReferences()).isEqualTo(JavaSerializationCodec.DEFAULT_MAX_REFERENCES);
        assertThat(codec.maxBytes()).isEqualTo(JavaSerializationCodec.DEFAULT_MAX_BYTES);
        assertThat(codec.maxArrayLength()).isEqualTo(JavaSerializationCodec.DEFAULT_MAX_ARRAY_LENGTH);
        assertThat(codec)
                .hasToString("JavaSerializationCodec[packages [com.acme], classes [" + Item.class.getName() + "]]");
    }
}
