package io.sojourn.spring;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.RefusalMessages;
import io.sojourn.codec.allow.SerialTable;
import io.sojourn.spi.AttributeCodec;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Stores what Spring and Spring Security put into a session, and the application's own values.
 *
 * <pre>{@code
 * SpringCodec.builder().allow("com.acme.shop").build()
 * }</pre>
 *
 * <p>Each value has the form that suits it, and says in its first byte which one that is:
 *
 * <ul>
 *   <li>The JDK's plain values, and collections of them: CBOR, as {@link JacksonCodec} writes it.
 *   <li>What is {@link Serializable}: the security context, saved requests, CSRF tokens, flash maps, OAuth 2 requests and
 *       clients, and the application's serializable classes: Java serialization. Spring Security keeps this form readable
 *       between its versions. Only classes on a list are read: those that {@link #builtInTypes} names one by one, those of
 *       the JDK that {@link JavaSerializationCodec} takes, and what the application allows. A name that is not on the list is refused before its class is loaded.
 *   <li>Classes of the application that are allowed and not serializable: CBOR, as {@link JacksonCodec} writes it.
 *   <li>Destruction callbacks of session-scoped beans: the name of the attribute is enough, since the bean is in the session.
 * </ul>
 *
 * <p>Nothing that is read asks the network: a {@code java.net.URL} is refused as a key and in a set, where its host would be looked
 * up, apart from the attributes of OAuth 2 and OpenID Connect users, whose authorities hash its text.
 *
 * <p>An object of which there is one, such as Kotlin's {@code object}, comes back as that one if its class has a method {@code
 * readResolve}. A serializable one without it is refused, unless the class has {@code equals}: it would come back as another
 * object.
 *
 * <p>Exceptions, such as {@code SPRING_SECURITY_LAST_EXCEPTION}, are stored without their stack trace and without the {@code
 * Authentication} that failed, which holds the password that was typed. Causes of other classes keep their name and message.
 *
 * <p>Thread-safe and immutable.
 */
public final class SpringCodec implements AttributeCodec {

    /** The {@linkplain #id() id}: {@value}. */
    public static final int ID = 4;

    private static final byte CBOR = 1;
    private static final byte SERIALIZED = 3;
    private static final byte DESTRUCTION_CALLBACK = 5;

    private static final String DESTRUCTION_LISTENER =
            "org.springframework.web.context.request.DestructionCallbackBindingListener";

    private static final String OWN_DESTRUCTION_LISTENER = "io.sojourn.spring.SessionBeanDestruction";

    private static final boolean HAS_SERVLETS =
            ClassUtils.isPresent("jakarta.servlet.http.HttpSessionBindingListener", SpringCodec.class.getClassLoader());

    private final JacksonCodec plain = JacksonCodec.create();
    private final JacksonCodec objects;
    private final TypeList types;
    private final SerializedForm serialized;
    private final @Nullable ConfigurableBeanFactory beans;

    private SpringCodec(Builder from) {
        types = new TypeList(from.allowed);
        serialized = new SerializedForm(types);
        objects = objects(types.allowed());
        beans = from.beans;
    }

    private static JacksonCodec objects(Set<String> allowed) {
        JacksonCodec.Builder builder = JacksonCodec.builder();
        ClassLoader loader = ClassUtils.getDefaultClassLoader();
        for (String name : allowed) {
            if (ClassUtils.isPresent(name, loader)) {
                builder.allow(ClassUtils.resolveClassName(name, loader));
            } else {
                builder.allow(name);
            }
        }
        return builder.build();
    }

    /** Settings; none is needed. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The classes that are read in serialized form without the application's help, apart from those of the JDK that {@link
     * JavaSerializationCodec} takes: a sorted copy.
     */
    public static Set<String> builtInTypes() {
        return new TreeSet<>(TypeList.builtIn());
    }

    /** The packages and classes that the application has allowed. */
    public Set<String> allowedTypes() {
        return types.allowed();
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

    private static byte[] encode(JacksonCodec codec, String attribute, Object value, boolean readsBack) {
        return marked(CBOR, readsBack ? codec.encode(attribute, value) : codec.encodeAgain(attribute, value));
    }

    private byte[] encode(String attribute, Object value, boolean readsBack) {
        if (value instanceof Serialized kept) {
            return marked(SERIALIZED, kept.bytes());
        }
        if (isDestructionCallback(value.getClass().getName())) {
            return new byte[] {DESTRUCTION_CALLBACK};
        }
        if (isOfJdk(value.getClass())) {
            try {
                return encode(plain, attribute, value, readsBack);
            } catch (ValueNotAcceptedException e) {
                // It holds something else than plain values, or is none itself.
            }
        }
        if (!(WebAuthnValues.stored(value) instanceof Serializable)) {
            return asObject(
                    attribute,
                    value,
                    readsBack,
                    new NotSerializableException(value.getClass().getName()));
        }
        try {
            return marked(SERIALIZED, readsBack ? serialized.write(value) : serialized.writeUnread(value));
        } catch (NotSerializableException e) {
            return asObject(attribute, value, readsBack, e);
        } catch (RefusedException e) {
            throw notAllowed(attribute, e.classname, e);
        } catch (Refusal e) {
            throw new ValueNotAcceptedException(attribute, e.type(), e.reason(), e.getCause());
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError | StackOverflowError e) {
            throw new ValueNotAcceptedException(
                    attribute,
                    value.getClass().getName(),
                    "could not be serialized and read back (limits: " + SerializedForm.MAX_BYTES + " bytes, "
                            + SerializedForm.MAX_DEPTH + " levels); see the cause.",
                    e instanceof StackOverflowError ? null : e);
        }
    }

    /** By name: without the Servlet API, as in a WebFlux application, neither class can be loaded. */
    private static boolean isDestructionCallback(String className) {
        return className.equals(DESTRUCTION_LISTENER) || className.equals(OWN_DESTRUCTION_LISTENER);
    }

    private static boolean isOfJdk(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.isPrimitive() || element.getName().startsWith("java.");
    }

    /** For what is not serializable, or holds something that is not. */
    private byte[] asObject(String attribute, Object value, boolean readsBack, NotSerializableException why) {
        String culprit =
                Objects.requireNonNullElse(why.getMessage(), value.getClass().getName());
        String noData = RefusalMessages.whyNoData(culprit, value);
        if (noData != null) {
            throw new ValueNotAcceptedException(attribute, culprit, noData, why);
        }
        if (!types.reads(value.getClass().getName())) {
            throw notAllowed(attribute, value.getClass().getName(), why);
        }
        try {
            return encode(objects, attribute, value, readsBack);
        } catch (ValueNotAcceptedException e) {
            ValueNotAcceptedException refusal = new ValueNotAcceptedException(
                    attribute,
                    culprit,
                    "is not Serializable (it is, or lies in, a "
                            + value.getClass().getName()
                            + "). Let it implement java.io.Serializable, or make the whole value a record of plain values.",
                    why);
            refusal.addSuppressed(e);
            throw refusal;
        }
    }

    private static ValueNotAcceptedException notAllowed(String attribute, String className, Exception cause) {
        if (JdkNames.isClass(className)) {
            String reason = SerialTable.reason(className);
            return new ValueNotAcceptedException(
                    attribute,
                    className,
                    (reason != null ? reason : "is not among the classes of the JDK that are known to be harmless.")
                            + " It cannot be allowed; store what it is made of.",
                    cause);
        }
        return new ValueNotAcceptedException(
                attribute,
                className,
                "is not allowed. If it is a class of your application, add it or its package to the property"
                        + " sojourn.allowed-types (SpringCodec.builder().allow(\"…\")).",
                cause);
    }

    private static byte[] marked(byte form, byte[] bytes) {
        byte[] marked = new byte[bytes.length + 1];
        marked[0] = form;
        System.arraycopy(bytes, 0, marked, 1, bytes.length);
        return marked;
    }

    @Override
    public Object decode(String attribute, byte[] encoded) {
        if (encoded.length == 0 || encoded.length > SerializedForm.MAX_BYTES) {
            throw new UnreadableValueException(
                    attribute, "it has " + encoded.length + " bytes, not 1 to " + SerializedForm.MAX_BYTES + ".", null);
        }
        byte[] bytes = Arrays.copyOfRange(encoded, 1, encoded.length);
        return switch (encoded[0]) {
            case CBOR -> objects.decode(attribute, bytes);
            case SERIALIZED -> deserialized(attribute, bytes);
            case DESTRUCTION_CALLBACK -> destruction(attribute);
            default ->
                throw new UnreadableValueException(
                        attribute, "its form " + encoded[0] + " is not known to this version of SpringCodec.", null);
        };
    }

    private Object deserialized(String attribute, byte[] bytes) {
        try {
            return serialized.read(bytes);
        } catch (RefusedException e) {
            throw new UnreadableValueException(
                    attribute,
                    "the class " + e.classname + " in it is not allowed; the property sojourn.allowed-types allows"
                            + " classes and packages of the application.",
                    e);
        } catch (Refusal e) {
            throw new UnreadableValueException(attribute, e.sentence(), e.getCause());
        } catch (ClassNotFoundException e) {
            throw new UnreadableValueException(attribute, "a class in it is no longer there; see the cause.", e);
        } catch (StackOverflowError e) {
            throw new UnreadableValueException(attribute, "it is nested too deeply for this thread's stack.", null);
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            throw new UnreadableValueException(
                    attribute,
                    "its bytes are damaged, over a limit, or of a class that has changed; see the cause.",
                    e);
        }
    }

    private Object destruction(String attribute) {
        if (!HAS_SERVLETS) {
            throw new UnreadableValueException(
                    attribute,
                    "a destruction callback needs the Servlet API, which this application does not have.",
                    null);
        }
        if (!attribute.startsWith(SessionBeanDestruction.ATTRIBUTE_PREFIX)) {
            throw new UnreadableValueException(
                    attribute, "a destruction callback has no place in this attribute.", null);
        }
        return new SessionBeanDestruction(attribute.substring(SessionBeanDestruction.ATTRIBUTE_PREFIX.length()), beans);
    }

    /**
     * Reads what another library has written with Java serialization, such as Spring Session; by the same list and limits as
     * {@link #decode}.
     *
     * @throws UnreadableValueException as {@code decode}
     */
    public Object decodeSerialized(String attribute, byte[] serialized) {
        if (attribute.startsWith(SessionBeanDestruction.ATTRIBUTE_PREFIX)) {
            return destruction(attribute); // Spring's own callback is not read: it holds a second copy of the bean.
        }
        if (serialized.length >= SerializedForm.MAX_BYTES) {
            throw new UnreadableValueException(
                    attribute,
                    "it has " + serialized.length + " bytes; at most " + (SerializedForm.MAX_BYTES - 1) + " are read.",
                    null);
        }
        return deserialized(attribute, serialized);
    }

    /**
     * A value that stands for one that {@link #decodeSerialized} cannot read: {@link #encode} takes it and stores the bytes as they
     * are. So the attribute reads as absent, and is there again once its class is allowed.
     */
    public Object undecoded(byte[] serialized) {
        return new Serialized(serialized);
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Serialized(byte[] bytes) {}

    /**
     * Whether the class of that name, or that of the array's elements, is one of {@link #builtInTypes} or allowed. In serialized form,
     * values of some other classes of the JDK are read as well.
     */
    public boolean permits(String className) {
        return types.permits(className);
    }

    @Override
    public String toString() {
        return "SpringCodec[allowed types " + new TreeSet<>(types.allowed()) + "]";
    }

    /** Settings of a {@link SpringCodec}. Not thread-safe. */
    public static final class Builder {

        private final Set<String> allowed = new TreeSet<>();
        private @Nullable ConfigurableBeanFactory beans;

        private Builder() {}

        /**
         * Allows packages, with those below them, and classes, with those nested in them. Default none.
         *
         * <p>Name those of the application's own values only. Each serializable class of a library that is allowed here is
         * one that an attacker who can write to Redis may use.
         *
         * @param packagesOrClasses as in an import: {@code "com.acme.shop"}, {@code "com.acme.shop.Cart"}
         * @throws IllegalArgumentException if one is no such name, or a package of the JDK or of all of Spring
         */
        public Builder allow(String... packagesOrClasses) {
            return allow(Arrays.asList(packagesOrClasses));
        }

        /** As {@link #allow(String...)}. */
        public Builder allow(Collection<String> packagesOrClasses) {
            new TypeList(packagesOrClasses);
            allowed.addAll(packagesOrClasses);
            return this;
        }

        /** Destroys session-scoped beans ({@code @PreDestroy}) when their session is invalidated. Default none: they are not. */
        public Builder beans(ConfigurableBeanFactory factory) {
            beans = factory;
            return this;
        }

        /** The codec. */
        public SpringCodec build() {
            return new SpringCodec(this);
        }
    }
}
