package io.sojourn.codec;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.jackson.ApplicationClasses;
import io.sojourn.codec.jackson.Encoding;
import io.sojourn.codec.jackson.Verification;
import io.sojourn.codec.value.Envelope;
import io.sojourn.codec.value.PlainText;
import io.sojourn.spi.AttributeCodec;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The default codec: CBOR (RFC 8949), or JSON on request, with exact Java types, written with Jackson.
 *
 * <pre>{@code
 * JacksonCodec.create()                       // CBOR, the JDK's values
 * JacksonCodec.builder()
 *         .allow("com.acme.shop")             // and the application's classes in this package and below
 *         .alias(Cart.class, "cart")          // a short name in storage
 *         .build()
 * }</pre>
 *
 * <h2>What it takes</h2>
 *
 * <p>What it takes comes back equal and of the same class, or is refused with {@link ValueNotAcceptedException}:
 *
 * <ul>
 *   <li><b>Values of the JDK</b>: texts, numbers with their exact type, {@code BigDecimal} with its scale, all of
 *       {@code java.time} with zones and nanoseconds, {@code UUID}, {@code URI}, {@code Locale}, {@code Currency},
 *       {@code Date}, {@code TimeZone}, {@code BitSet}, {@code Optional} and its kin, arrays of anything.
 *   <li><b>Collections</b> of the JDK, with null, and with keys of any kind that has equality by value. What can be
 *       changed keeps its class and, where it has one, its order. What cannot ({@code List.of}, {@code
 *       Collections.empty…}, {@code singleton…}, {@code unmodifiable…}) comes back equal, as the JDK's unmodifiable
 *       list, set or map, with its order. {@code Arrays.asList} comes back over an {@code Object[]}. Queues, which have
 *       no equality, come back with the same elements in the same order. Sorted ones must have the natural order.
 *       Views such as {@code keySet()} and {@code subList} are refused.
 *   <li><b>Classes of the application</b> that are allowed: enums, records, and classes whose state is their fields.
 *       Fields of any visibility are stored, but for {@code static} and {@code transient} ones; getters and setters are
 *       not called. A class needs a constructor without parameters, of any visibility, or one marked {@code
 *       @JsonCreator}. Jackson's annotations work where they do not lose state; type information is the codec's own. In
 *       a named module the package must be open to {@code tools.jackson.databind}.
 * </ul>
 *
 * <p>A value that holds an object of such a class is read back before it is taken, and refused if it is not equal or
 * does not give the same bytes again; see {@link Builder#trustClasses()}. A class without {@code equals} is the same if
 * its stored fields are. Anonymous, local and inner classes, lambdas, and classes that extend those of the JDK are
 * refused. An object that its class makes once (Kotlin's {@code object}, Scala's {@code case object}, a constant of a class
 * with private constructors only) comes back as the same object, by {@code readResolve} where the class has that method, or is
 * refused.
 *
 * <p>A class may gain and lose fields between versions of the application: what is missing reads as null or zero, what
 * is unknown is passed over. Numbers and boxes may change their type while the stored number fits.
 *
 * <h2>What lies in storage</h2>
 *
 * <p>Null, texts, booleans, {@code Integer}s, {@code Double}s and {@code ArrayList}s are what CBOR and JSON have for
 * them; a whole number too large for an {@code Integer} is a {@code Long}; in CBOR a {@code byte[]} is a byte string.
 * Everything else is an object with one property, the mark of its kind:
 *
 * <pre>{@code
 * {"Long": 5}   {"Instant": [1767225600, 0]}   {"LocalDate": "2026-01-01"}   {"UUID": "…"}   {"BigDecimal": "9.90"}
 * {"LinkedHashMap": {"a": 1}}   {"HashMap": [1, "one", 2, "two"]}   {"TreeSet": [1, 2]}   {"List": []}
 * {"Optional": null}   {"int[]": [1, 2]}   {"[]": ["java.lang.String", "a", "b"]}
 * {"EnumSet": ["java.time.DayOfWeek", "MONDAY"]}   {"@com.acme.shop.Color": "RED"}
 * {"@com.acme.shop.Cart": {"items": [], "total": 3}}   {"@cart": {…}}
 * }</pre>
 *
 * <p>A mark is the simple name of the JDK's class, or {@code @} and the alias or full name of the application's. {@code
 * List}, {@code Set}, {@code Map}, {@code SortedSet}, {@code SortedMap} are the unmodifiable ones. A map is an object
 * if its keys are texts of at most 256 characters, else an array of key, value, key, value. A string with an unpaired
 * surrogate is {@code {"String": …}} with its UTF-16 code units as bytes, and a map in the order of access is {@code
 * {"LinkedHashMap.accessOrder": …}}. Spans and points in time
 * are seconds and nanoseconds. A property that is declared {@code long}, {@code short}, {@code byte} (or their boxes)
 * or as an enum holds the bare number or name. JSON writes a {@code byte[]} as {@code {"byte[]": "base64"}}, and what
 * is no finite number as {@code {"Double": "NaN"}}. What has no order of its own is sorted, so that the same value
 * gives the same bytes.
 *
 * <h2>Limits and safety</h2>
 *
 * <p>Values may be {@value #MAX_DEPTH} levels deep, numbers may have 10,000 digits, and the keys of sets and maps may cost some
 * tenths of a second to hash and compare: 2,500 short lists of the same hash code are more than that. CBOR tags are not read.
 * No constructor and no factory method is called but those named above. Jackson's default typing is not used. A class name in stored bytes is compared with the allow-list as text, and a class that is not on it is never
 * loaded, let alone made an object of. Names are resolved by the context class loader of the thread that reads.
 *
 * <p>Thread-safe and immutable.
 */
public final class JacksonCodec implements AttributeCodec {

    /** The {@linkplain #id() id} of the CBOR form: {@value}. */
    public static final int CBOR_ID = 1;

    /** The {@linkplain #id() id} of the JSON form: {@value}. */
    public static final int JSON_ID = 2;

    /**
     * How many levels of values in one another are accepted, both ways: {@value}. An object of the application counts
     * as two, since it takes about 2.5 KB of the stack to read: the deepest value fits into a stack of 512 KB, half of
     * what a thread has by default.
     */
    public static final int MAX_DEPTH = Encoding.MAX_DEPTH;

    private final Encoding encoding;
    private final Verification verification;
    private final boolean trustsClasses;

    private JacksonCodec(Encoding encoding, boolean trustsClasses) {
        this.encoding = encoding;
        this.verification = new Verification(encoding);
        this.trustsClasses = trustsClasses;
    }

    /** CBOR, and the values of the JDK only; as {@link Builder#build}. */
    public static JacksonCodec create() {
        return builder().build();
    }

    /** CBOR, and the values of the JDK only, until told otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int id() {
        return encoding.isJson() ? JSON_ID : CBOR_ID;
    }

    @Override
    public byte[] encode(String attribute, Object value) {
        return encode(attribute, value, !trustsClasses);
    }

    @Override
    public byte[] encodeAgain(String attribute, Object value) {
        return encode(attribute, value, false);
    }

    private byte[] encode(String attribute, Object value, boolean readsBack) {
        byte[] plain = encoding.isJson() ? null : PlainText.encode(value);
        if (plain != null) {
            return plain;
        }
        try {
            Envelope envelope = new Envelope(value);
            byte[] encoded = encoding.encode(envelope);
            Class<?> type = envelope.applicationClass();
            if (type != null && readsBack) {
                verification.check(value, encoded, type);
            }
            return encoded;
        } catch (StackOverflowError e) {
            throw new ValueNotAcceptedException(
                    attribute, value.getClass().getName(), "is nested too deeply for this thread's stack.", null);
        } catch (RuntimeException | LinkageError e) {
            throw notAccepted(attribute, value, e);
        }
    }

    private static ValueNotAcceptedException notAccepted(String attribute, Object value, Throwable e) {
        Refusal refusal = Refusal.in(e);
        if (refusal != null) {
            return new ValueNotAcceptedException(attribute, refusal.type(), refusal.reason(), refusal.getCause());
        }
        String reason = "could not be written; see the cause.";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InaccessibleObjectException) {
                reason = "lies in a package that is closed to reflection; open it to tools.jackson.databind.";
            } else if (cause instanceof ConcurrentModificationException) {
                reason = "was changed while it was being written; give each thread a copy of its own.";
            }
        }
        return new ValueNotAcceptedException(attribute, value.getClass().getName(), reason, e);
    }

    @Override
    public Object decode(String attribute, byte[] encoded) {
        String plain = encoding.isJson() ? null : PlainText.decode(encoded);
        if (plain != null) {
            return plain;
        }
        try {
            Object value = encoding.decode(encoded).value();
            if (value != null) {
                return value;
            }
            throw new Refusal("The value", "is null, which the codec does not write.");
        } catch (StackOverflowError e) {
            throw new UnreadableValueException(attribute, "it is nested too deeply for this thread's stack.", null);
        } catch (RuntimeException | LinkageError e) {
            Refusal refusal = Refusal.in(e);
            if (refusal != null) {
                throw new UnreadableValueException(attribute, refusal.sentence(), refusal.getCause());
            }
            throw new UnreadableValueException(
                    attribute,
                    "its bytes are damaged or cut off, or its class has changed too much; see the cause.",
                    e);
        }
    }

    /** The packages whose classes are allowed, those of their sub-packages included. */
    public Set<String> allowedPackages() {
        return encoding.classes().allowed().packages();
    }

    /** The names of the classes that are allowed singly, those nested in them included. */
    public Set<String> allowedClasses() {
        return encoding.classes().allowed().classes();
    }

    /** The short names in storage, by the full name of the class. */
    public Map<String, String> aliases() {
        return encoding.classes().aliases();
    }

    /** Whether values are taken without reading them back first; see {@link Builder#trustClasses()}. */
    public boolean trustsClasses() {
        return trustsClasses;
    }

    @Override
    public String toString() {
        return "JacksonCodec[" + (encoding.isJson() ? "JSON" : "CBOR") + ", packages " + allowedPackages()
                + ", classes " + allowedClasses() + ", aliases " + aliases()
                + (trustsClasses ? ", trusts classes]" : "]");
    }

    /** Settings of a {@link JacksonCodec}; everything is optional. Not thread-safe. */
    public static final class Builder {

        private final AllowedClasses allowed = new AllowedClasses();
        private final Map<String, String> aliases = new TreeMap<>();
        private boolean json;
        private boolean trustsClasses;

        private Builder() {}

        /** JSON instead of CBOR: larger and slower, but readable in {@code redis-cli}. */
        public Builder json() {
            json = true;
            return this;
        }

        /**
         * Allows the classes of a package and of the packages below it.
         *
         * <p>Name the packages of your own values. Whoever can write to the store can have objects made of every class
         * that is allowed here, with fields of their choice, by its constructor; so a package of a framework or of a
         * library with classes that act when they are made opens the attack known as gadget deserialization.
         *
         * @param packageName as in an import, {@code "com.acme.shop"}
         * @throws IllegalArgumentException if it is no package name, or one of the JDK
         */
        public Builder allow(String packageName) {
            allowed.addPackage(packageName);
            return this;
        }

        /**
         * Allows a class and the classes nested in it. The same warning as for {@link #allow(String)} holds.
         *
         * @throws IllegalArgumentException if it is a class of the JDK that is no enum
         */
        public Builder allow(Class<?> type) {
            allowed.addClass(type);
            return this;
        }

        /**
         * Allows a class and writes it under a short name. Its full name is still read. An alias may be the name that
         * the class had before it was moved.
         *
         * @param alias letters, digits, {@code _}, {@code -}, {@code .} and {@code $}; keep it for as long as sessions live
         * @throws IllegalArgumentException if the alias is malformed or another class has it, or the class has another
         */
        public Builder alias(Class<?> type, String alias) {
            allow(type);
            if (!alias.matches("[\\w.$-]{1,200}")) {
                throw new IllegalArgumentException(
                        "An alias has up to 200 letters, digits and _ - . $, which \"" + alias + "\" has not");
            }
            String before = aliases.putIfAbsent(type.getName(), alias);
            if (before != null && !before.equals(alias)) {
                throw new IllegalArgumentException(type.getName() + " already has the alias \"" + before + "\"");
            }
            if (Collections.frequency(aliases.values(), alias) > 1) {
                aliases.remove(type.getName());
                throw new IllegalArgumentException("The alias \"" + alias + "\" already stands for another class");
            }
            return this;
        }

        /**
         * Takes objects of allowed classes without reading them back first: measured, a small record takes 0.5 µs to
         * write instead of 2.4 µs.
         *
         * <p>Then the application answers for the law. A class that cannot be read back, or that drops or changes what
         * it was given, is stored all the same, and the loss shows on the next request.
         */
        public Builder trustClasses() {
            trustsClasses = true;
            return this;
        }

        /**
         * Makes the codec.
         *
         * @throws IllegalStateException if the application has versions of Jackson that do not work together
         */
        public JacksonCodec build() {
            JacksonVersion.check();
            Map<String, String> names = Collections.unmodifiableMap(new TreeMap<>(aliases));
            ApplicationClasses classes = new ApplicationClasses(allowed.copy(), names, allowed.finder());
            return new JacksonCodec(new Encoding(json, classes), trustsClasses);
        }
    }
}
