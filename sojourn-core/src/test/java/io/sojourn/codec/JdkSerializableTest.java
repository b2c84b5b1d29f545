package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.allow.SerialTable;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.text.DecimalFormat;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.chrono.HijrahDate;
import java.time.chrono.IsoChronology;
import java.time.chrono.JapaneseDate;
import java.time.chrono.JapaneseEra;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistDate;
import java.time.temporal.ChronoField;
import java.time.temporal.WeekFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.BadAttributeValueExpException;
import javax.security.auth.Subject;
import javax.security.auth.x500.X500Principal;
import javax.swing.event.EventListenerList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every serializable class of the JDK has its place in the table, and what is taken comes back. */
@SuppressWarnings({"JdkObsolete", "JavaUtilDate", "UnnecessaryStringBuilder"}) // applications store the old ones, too
class JdkSerializableTest {

    private static final JavaSerializationCodec CODEC =
            JavaSerializationCodec.builder().allow("com.acme").build();

    /** All public serializable types of the two modules, out of the JDK that runs this test. */
    private static List<Class<?>> serializableTypes() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (String name : List.of("java.base", "java.sql")) {
            Module module = ModuleLayer.boot().findModule(name).orElseThrow();
            Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules", name);
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String path = root.relativize(file).toString();
                    if (path.endsWith(".class") && path.indexOf('/') > 0) {
                        String type = path.substring(0, path.length() - ".class".length())
                                .replace('/', '.');
                        if (module.isExported(type.substring(0, type.lastIndexOf('.')))) {
                            add(type, types);
                        }
                    }
                }
            }
        }
        return types;
    }

    private static void add(String name, List<Class<?>> types) {
        Class<?> type;
        try {
            type = Class.forName(name, false, ClassLoader.getPlatformClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return;
        }
        boolean isPublic = !type.isAnonymousClass() && !type.isLocalClass();
        for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
            isPublic &= Modifier.isPublic(c.getModifiers());
        }
        if (isPublic && Serializable.class.isAssignableFrom(type)) {
            types.add(type);
        }
    }

    @Test
    void everySerializableTypeOfTheJdkIsInTheTable() throws IOException {
        List<Class<?>> types = serializableTypes();
        assertThat(types).hasSizeGreaterThan(500);
        assertThat(types)
                .allSatisfy(type -> assertThat(
                                SerialTable.isTaken(type.getName()) || SerialTable.reason(type.getName()) != null)
                        .as(type.getName())
                        .isTrue());
    }

    /** Made with no argument, or null for each. */
    private static @Nullable Object make(Class<?> type) {
        for (Constructor<?> constructor : type.getConstructors()) {
            Object[] arguments = new Object[constructor.getParameterCount()];
            try {
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> parameter = constructor.getParameterTypes()[i];
                    arguments[i] = parameter == int.class ? 1 : parameter == String.class ? "1" : null;
                }
                return constructor.newInstance(arguments);
            } catch (ReflectiveOperationException | RuntimeException e) {
                // Another may do.
            }
        }
        return null;
    }

    @Test
    void whatTheTableTakesComesBack() throws IOException {
        int tried = 0;
        List<String> failed = new ArrayList<>();
        for (Class<?> type : serializableTypes()) {
            if (!SerialTable.isTaken(type.getName())) {
                continue;
            }
            Object value = type.isEnum() ? first(type.getEnumConstants()) : make(type);
            if (value != null) {
                try {
                    byte[] encoded = CODEC.encode("it", value);
                    assertThat(CODEC.decode("it", encoded)).hasSameClassAs(value);
                } catch (RuntimeException | AssertionError e) {
                    failed.add(type.getName() + ": " + e.getMessage());
                }
                tried++;
            }
        }
        assertThat(failed).isEmpty();
        assertThat(tried).isGreaterThan(380);
    }

    private static @Nullable Object first(Object[] constants) {
        return constants.length == 0 ? null : constants[0];
    }

    static Stream<Object> samples() throws IOException {
        TreeMap<String, Integer> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ignoringCase.put("a", 1);
        Properties properties = new Properties();
        properties.setProperty("a", "b");
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"), Locale.JAPAN);
        calendar.setTimeInMillis(5);
        IdentityHashMap<String, Integer> identity = new IdentityHashMap<>();
        identity.put("a", 1);
        LongAdder adder = new LongAdder();
        adder.add(3);
        DoubleAdder doubles = new DoubleAdder();
        doubles.add(3);
        return Stream.of(
                ignoringCase,
                new TreeMap<>(Comparator.<Integer>naturalOrder()),
                new TreeSet<>(Comparator.<Integer>reverseOrder()),
                new TreeSet<>(Collections.reverseOrder(String.CASE_INSENSITIVE_ORDER)),
                new TreeSet<>(Comparator.nullsFirst(Comparator.<String>naturalOrder())),
                new IllegalStateException("x", new SQLException("y", "42000", 7)),
                new Throwable().getStackTrace(),
                new URL("https://nowhere.invalid/a?b"),
                new URL[] {new URL("https://nowhere.invalid/a?b")},
                new HashMap<>(Map.of("at", new ArrayList<>(List.of(new URL("https://nowhere.invalid/"))))),
                TimeZone.getTimeZone("Europe/Berlin"),
                new SimpleTimeZone(5, "mine"),
                new Timestamp(5),
                new Time(5),
                new java.sql.Date(5),
                properties,
                calendar,
                Calendar.getInstance(Locale.forLanguageTag("ja-JP-u-ca-japanese")),
                Calendar.getInstance(Locale.forLanguageTag("th-TH-u-ca-buddhist")),
                identity,
                new ArrayBlockingQueue<>(2, false, List.of(1)),
                new LinkedBlockingQueue<>(List.of(1)),
                new LinkedBlockingDeque<>(List.of(1)),
                new LinkedTransferQueue<>(List.of(1)),
                new PriorityBlockingQueue<>(List.of(2, 1)),
                String.class,
                int.class,
                new Class<?>[] {String.class, ArrayList.class, int[].class},
                new File("a/b"),
                new StringBuilder("a"),
                Pattern.compile("a+"),
                MathContext.DECIMAL64,
                new Random(5),
                InetAddress.getByAddress("nowhere.invalid", new byte[] {10, 0, 0, 1}),
                InetSocketAddress.createUnresolved("nowhere.invalid", 80),
                UnixDomainSocketAddress.of("/a"),
                new DecimalFormat("#.0"),
                new SimpleDateFormat("yyyy", Locale.ROOT),
                new MessageFormat("{0,number,#.0} of {1}", Locale.ROOT),
                NumberFormat.getCompactNumberInstance(Locale.US, NumberFormat.Style.SHORT),
                ZoneId.of("Europe/Berlin").getRules(),
                ZoneOffset.UTC,
                HijrahDate.now(ZoneOffset.UTC),
                IsoChronology.INSTANCE,
                JapaneseDate.now(ZoneOffset.UTC),
                JapaneseEra.REIWA,
                MinguoDate.now(ZoneOffset.UTC),
                ThaiBuddhistDate.now(ZoneOffset.UTC),
                ChronoField.DAY_OF_MONTH.range(),
                WeekFields.ISO,
                new X500Principal("CN=a"),
                new Semaphore(2),
                new Semaphore(2, true),
                new AtomicIntegerArray(3),
                new AtomicReference<>("a"),
                adder,
                doubles,
                new ReentrantReadWriteLock(),
                new StampedLock(),
                ConcurrentHashMap.newKeySet(),
                Collections.newSetFromMap(new ConcurrentHashMap<>()),
                new ConcurrentSkipListMap<>(Map.of(1, 1)).headMap(5),
                new TreeMap<>(Map.of(1, 1)).headMap(5),
                new TreeMap<>(Map.of(1, 1)).descendingMap(),
                Collections.checkedList(new ArrayList<>(List.of(1)), Integer.class),
                Collections.synchronizedSortedMap(new TreeMap<>(Map.of(1, 1))),
                Collections.unmodifiableCollection(new ArrayList<>(List.of(1))),
                Collections.asLifoQueue(new LinkedBlockingDeque<>(List.of(1))),
                Collections.emptyNavigableMap(),
                Collections.emptyNavigableSet(),
                List.of(1),
                Arrays.asList(1, null));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void valuesOfTheJdkComeBack(Object value) {
        byte[] encoded = CODEC.encode("it", value);
        Object decoded = CODEC.decode("it", encoded);
        assertThat(decoded).hasSameClassAs(value);
        assertThat(CODEC.encode("it", decoded)).isEqualTo(encoded);
        if (value instanceof TreeSet<?> set) {
            assertThat(((TreeSet<?>) decoded).comparator()).hasSameClassAs(set.comparator());
        } else if (value instanceof Throwable thrown) {
            assertThat((Throwable) decoded).hasMessage("x").hasStackTraceContaining("SQLException: y");
            assertThat(((Throwable) decoded).getStackTrace()).isEqualTo(thrown.getStackTrace());
        } else if (value instanceof URL url) {
            assertThat(((URL) decoded).toExternalForm()).isEqualTo(url.toExternalForm());
        } else if (value instanceof Collection<?> || value instanceof StringBuilder || value instanceof Pattern) {
            assertThat(decoded).hasToString(value.toString());
        }
    }

    @Test
    void anUrlIsNoKeySinceItsHashCodeAsksTheNetwork() throws Exception {
        URL url = new URL("https://nowhere.invalid/");
        for (Object value : List.of(
                Collections.singletonList(1), // what is compared with
                new Serializable[] {1})) {
            assertThat(CODEC.encode("it", value)).isNotEmpty();
        }
        // The set is made without asking for the hash code, as an attacker does.
        byte[] harmless = serialized(new HashSet<>(Set.of(new File("a"))));
        assertThat(CODEC.decode("it", harmless)).isEqualTo(Set.of(new File("a")));
        byte[] hostile = serialized(new HashMap<>(Map.of(new UrlHolder(url), 1)));
        JavaSerializationCodec allowing =
                JavaSerializationCodec.builder().allow(UrlHolder.class).build();
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> allowing.decode("it", hostile))
                .withMessageContaining("java.net.URL")
                .withMessageContaining("store a URI");
    }

    record UrlHolder(URL url) implements Serializable {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @Test
    void aRefusalNamesTheClassAndSaysWhyAndWhatToDo() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", new ArrayList<>(List.of(new Subject()))))
                .withMessageContaining("javax.security.auth.Subject holds credentials of any class.")
                .withMessageContaining(".allow(javax.security.auth.Subject.class)")
                .withMessageContaining("allowedTypes=javax.security.auth.Subject");
    }

    @Test
    void aSingleClassOfTheJdkCanBeAllowedButNoGadget() {
        JavaSerializationCodec allowing =
                JavaSerializationCodec.builder().allow(Subject.class).build();
        Subject subject = new Subject();
        subject.getPrincipals().add(new X500Principal("CN=a"));
        assertThat(allowing.decode("it", allowing.encode("it", subject))).isEqualTo(subject);
        for (Class<?> gadget : List.of(
                BadAttributeValueExpException.class,
                EventListenerList.class,
                java.lang.reflect.Proxy.class,
                java.lang.invoke.SerializedLambda.class,
                java.security.SignedObject.class,
                javax.crypto.SealedObject.class,
                javax.naming.Reference.class,
                java.rmi.server.UnicastRemoteObject.class)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JavaSerializationCodec.builder().allow(gadget))
                    .withMessageContaining(gadget.getName());
        }
    }
}
