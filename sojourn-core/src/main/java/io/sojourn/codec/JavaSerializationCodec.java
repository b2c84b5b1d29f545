package io.sojourn.codec;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.ClassFinder;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.RefusalMessages;
import io.sojourn.codec.serial.SerialInput;
import io.sojourn.codec.serial.SerialOutput;
import io.sojourn.codec.serial.SerialRules;
import io.sojourn.codec.serial.SerialScan;
import io.sojourn.codec.value.ValueEquality;
import io.sojourn.log.SettingName;
import io.sojourn.spi.AttributeCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Java serialization, for applications that must keep it. {@link JacksonCodec} is smaller, faster, safer and readable
 * by other languages.
 *
 * <pre>{@code
 * JavaSerializationCodec.builder().allow("com.acme.shop").build()
 * }</pre>
 *
 * <p><b>The attack.</b> A serialized stream names the classes that are made of it, and many libraries have serializable
 * classes that run code when they are read. Whoever can write to the store chains such classes, called gadgets, and
 * runs commands on every server that reads the session: <em>deserialization of untrusted data</em> (CWE-502). So this
 * codec is not built without a list of what may be read: the application's own classes ({@link Builder#allow(String)}),
 * a filter ({@link Builder#filter}), or both. With a list, a class that is not on it is refused by its name before it
 * is loaded. With a filter alone, classes are loaded first, though not initialized, and each must be explicitly
 * allowed: undecided means no. Dynamic proxies are refused.
 *
 * <p><b>Classes of the JDK.</b> All serializable public classes of {@code java.base} and {@code java.sql} that call nothing
 * when they are read are taken: values, collections, formats, exceptions, enums. A refusal of another one says why; {@link
 * Builder#allow(Class)} allows a single one of them, but none of those that are used in attacks.
 *
 * <p><b>Time.</b> Before a stream is read, it is measured without loading a class. Sets and maps that could take more than a
 * second or two to fill are refused, both when a value is taken and when it is read: keys are counted as if all had the same
 * hash code, unless they are strings, numbers, UUIDs or enums. A set of some 4,000 records of six values each is under the limit. Maps and sets
 * that are keys themselves count for as much as all comparisons of their keys. {@link
 * java.net.URL} is taken, but not as a key, since its {@code hashCode} asks the network.
 *
 * <p>What it takes comes back equal, or is refused: each value is read back before it is taken. A class without {@code
 * equals} is believed. What is stored is the form of the copy that was read back, so that the same value gives the same
 * bytes however it came to be. Classes are resolved by the context class loader of the thread that reads.
 *
 * <p>Thread-safe and immutable.
 */
public final class JavaSerializationCodec implements AttributeCodec {

    /** The {@linkplain #id() id}: {@value}. */
    public static final int ID = 3;

    /** Default of {@link Builder#maxDepth}: {@value}. */
    public static final int DEFAULT_MAX_DEPTH = 20;

    /** Default of {@link Builder#maxReferences}: {@value}. */
    public static final long DEFAULT_MAX_REFERENCES = 100_000;

    /** Default of {@link Builder#maxBytes}: {@value}. */
    public static final int DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

    /** Default of {@link Builder#maxArrayLength}: {@value}. */
    public static final long DEFAULT_MAX_ARRAY_LENGTH = 1_000_000;

    private final SerialRules rules;
    private final ClassFinder finder;
    private final ValueEquality equality = new ValueEquality(JavaSerializationCodec::parts);

    private JavaSerializationCodec(SerialRules rules, ClassFinder finder) {
        this.rules = rules;
        this.finder = finder;
    }

    /** Settings; a list or a filter must be among them. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public byte[] encode(String attribute, Object value) {
        return encode(attribute, value, true);
    }

    @Override
    public byte[] encodeAgain(String attribute, Object value) {
        return encode(attribute, value, false);
    }

    private byte[] encode(String attribute, Object value, boolean readsBack) {
        String type = value.getClass().getName();
        try {
            byte[] first = write(value);
            if (!readsBack) {
                return first;
            }
            Object copy = read(first);
            // URLs ask the network whether they are equal: what holds one is believed.
            if (!SerialScan.of(first, rules.maxReferences()).mentionsUrl() && !equality.same(value, copy)) {
                throw new Refusal(
                        type, "does not come back equal, or something inside it does not; is a field transient?");
            }
            return write(copy);
        } catch (Refusal e) {
            throw new ValueNotAcceptedException(attribute, e.type(), e.reason(), e.getCause());
        } catch (NotSerializableException e) {
            String culprit = String.valueOf(e.getMessage()); // Its message is the name of the class.
            String noData = RefusalMessages.whyNoData(culprit, value);
            throw new ValueNotAcceptedException(
                    attribute,
                    culprit,
                    noData != null ? noData : "is not Serializable (it is, or lies in, a " + type + ").",
                    e);
        } catch (InvalidClassException e) {
            Refusal refusal = Refusal.in(e);
            throw new ValueNotAcceptedException(
                    attribute,
                    refusal != null ? refusal.type() : type,
                    refusal != null ? refusal.reason() : "holds a class that cannot be read back; see the cause.",
                    e);
        } catch (StackOverflowError e) {
            throw new ValueNotAcceptedException(attribute, type, "is nested too deeply for this thread's stack.", null);
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            throw new ValueNotAcceptedException(
                    attribute, type, "could not be written and read back; see the cause.", e);
        }
    }

    @Override
    public Object decode(String attribute, byte[] encoded) {
        try {
            Object value = read(encoded);
            if (value != null) {
                return value;
            }
            throw new Refusal("The value", "is null, which the codec does not write.");
        } catch (Refusal e) {
            throw new UnreadableValueException(attribute, e.sentence(), e.getCause());
        } catch (InvalidClassException e) {
            Refusal refusal = Refusal.in(e);
            throw new UnreadableValueException(
                    attribute, refusal != null ? refusal.sentence() : "a class in it has changed; see the cause.", e);
        } catch (ClassNotFoundException e) {
            throw new UnreadableValueException(attribute, "a class in it is no longer there; see the cause.", e);
        } catch (StackOverflowError e) {
            throw new UnreadableValueException(attribute, "it is nested too deeply for this thread's stack.", null);
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            // An InternalError is what the JDK's own immutable maps say of damaged bytes.
            throw new UnreadableValueException(attribute, "its bytes are damaged or cut off; see the cause.", e);
        }
    }

    private byte[] write(@Nullable Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (SerialOutput out = new SerialOutput(bytes, rules)) {
            out.writeChecked(value);
        }
        return bytes.toByteArray();
    }

    private @Nullable Object read(byte[] encoded) throws IOException, ClassNotFoundException {
        if (encoded.length > rules.maxBytes()) {
            throw new Refusal(
                    "The value",
                    "has " + encoded.length + " bytes, over the limit of " + rules.maxBytes() + "; raise "
                            + SettingName.JAVA_MAX_BYTES + ".");
        }
        SerialScan scan = SerialScan.of(encoded, rules.maxReferences());
        ByteArrayInputStream bytes = new ByteArrayInputStream(encoded);
        try (SerialInput in = new SerialInput(bytes, rules, finder, scan)) {
            Object value = in.readObject();
            if (bytes.available() > 0) {
                throw new Refusal("The value", "is followed by other bytes.");
            }
            return value;
        }
    }

    /** A record's equality does not see into arrays; other classes are believed. */
    private static List<@Nullable Object> parts(Object value) {
        List<@Nullable Object> parts = new ArrayList<>();
        if (value instanceof Record) {
            try {
                for (RecordComponent component : value.getClass().getRecordComponents()) {
                    component.getAccessor().setAccessible(true);
                    parts.add(component.getAccessor().invoke(value));
                }
            } catch (ReflectiveOperationException e) {
                throw new Refusal(value.getClass().getName(), "has a component that cannot be read.", e);
            }
        }
        return parts;
    }

    /** The packages whose classes are allowed, those of their sub-packages included. */
    public Set<String> allowedPackages() {
        return rules.allowed().packages();
    }

    /** The names of the classes that are allowed singly, those nested in them included. */
    public Set<String> allowedClasses() {
        return rules.allowed().classes();
    }

    /** The application's own filter, if there is one. */
    public Optional<ObjectInputFilter> filter() {
        return Optional.ofNullable(rules.filter());
    }

    /** See {@link Builder#maxDepth}. */
    public int maxDepth() {
        return rules.maxDepth();
    }

    /** See {@link Builder#maxReferences}. */
    public long maxReferences() {
        return rules.maxReferences();
    }

    /** See {@link Builder#maxBytes}. */
    public int maxBytes() {
        return rules.maxBytes();
    }

    /** See {@link Builder#maxArrayLength}. */
    public long maxArrayLength() {
        return rules.maxArrayLength();
    }

    @Override
    public String toString() {
        return "JavaSerializationCodec[packages " + allowedPackages() + ", classes " + allowedClasses()
                + (rules.filter() != null ? ", with a filter]" : "]");
    }

    /** Settings of a {@link JavaSerializationCodec}. Not thread-safe. */
    public static final class Builder {

        private final AllowedClasses allowed = new AllowedClasses();
        private @Nullable ObjectInputFilter filter;
        private int maxDepth = DEFAULT_MAX_DEPTH;
        private long maxReferences = DEFAULT_MAX_REFERENCES;
        private int maxBytes = DEFAULT_MAX_BYTES;
        private long maxArrayLength = DEFAULT_MAX_ARRAY_LENGTH;

        private Builder() {}

        /**
         * Allows the classes of a package and of the packages below it.
         *
         * <p>Name the packages of your own values only: each serializable class of a framework or library that is
         * allowed here is one that an attacker may use as a gadget.
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
         * @throws IllegalArgumentException if it is a class of the JDK that serialized streams are attacked with
         */
        public Builder allow(Class<?> type) {
            allowed.addSerializable(type);
            return this;
        }

        /**
         * A filter of the application's own. Together with a list, what either rejects is rejected. Alone, it must say
         * {@code ALLOWED} to each class. A filter that allows everything invites the attack that is described above.
         */
        public Builder filter(ObjectInputFilter filter) {
            this.filter = filter;
            return this;
        }

        /** How many levels of objects are read. Default {@value JavaSerializationCodec#DEFAULT_MAX_DEPTH}. */
        public Builder maxDepth(int levels) {
            this.maxDepth = (int) positive("maxDepth", levels);
            return this;
        }

        /** How many objects are read. Default {@value JavaSerializationCodec#DEFAULT_MAX_REFERENCES}. */
        public Builder maxReferences(long objects) {
            this.maxReferences = positive("maxReferences", objects);
            return this;
        }

        /** How many bytes a value may have. Default {@value JavaSerializationCodec#DEFAULT_MAX_BYTES}. */
        public Builder maxBytes(int bytes) {
            this.maxBytes = (int) positive("maxBytes", bytes);
            return this;
        }

        /** How long an array may be. Default {@value JavaSerializationCodec#DEFAULT_MAX_ARRAY_LENGTH}. */
        public Builder maxArrayLength(long elements) {
            this.maxArrayLength = positive("maxArrayLength", elements);
            return this;
        }

        private static long positive(String setting, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(setting + " must be positive, not " + value);
            }
            return value;
        }

        /**
         * The codec with these settings.
         *
         * @throws IllegalStateException if neither a class, nor a package, nor a filter was named
         */
        public JavaSerializationCodec build() {
            if (allowed.isEmpty() && filter == null) {
                throw new IllegalStateException(
                        "Java serialization without a list of what may be read lets whoever writes to the store run code."
                                + " Name your packages or classes in " + SettingName.asText("allowedTypes")
                                + ", in Java with allow(\"com.acme.shop\"), or give a filter in "
                                + SettingName.asText("javaFilter") + ", in Java with filter.");
            }
            SerialRules rules =
                    new SerialRules(allowed.copy(), filter, maxDepth, maxReferences, maxBytes, maxArrayLength);
            return new JavaSerializationCodec(rules, allowed.finder());
        }
    }
}
