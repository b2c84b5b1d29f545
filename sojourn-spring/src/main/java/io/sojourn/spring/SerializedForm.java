package io.sojourn.spring;

import io.sojourn.codec.allow.SerialTable;
import io.sojourn.codec.serial.RegexLimits;
import io.sojourn.codec.serial.SerialOutput;
import io.sojourn.codec.serial.SerialScan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Java serialization with a list of classes. Reading resolves a class only after its name was found on the list, refuses
 * dynamic proxies, and has limits, among them one of the work that reading takes.
 *
 * <p>Exceptions are stored without stack traces, and without the {@code Authentication} that failed: Spring Security keeps
 * it in the exception, and it holds the password that was typed. An exception of a class that is not on the list is stored as one that
 * keeps its message: {@link StoredAuthenticationException} or {@link StoredException}.
 */
final class SerializedForm {

    static final int MAX_BYTES = 4 * 1024 * 1024;
    static final int MAX_DEPTH = 60;
    static final long MAX_REFERENCES = 100_000;
    static final long MAX_ARRAY_LENGTH = 1_000_000;

    /**
     * Classes whose objects are read back as they were written, with the same bytes: what a form's sign-in puts into a session, and the
     * tokens against CSRF. Nothing in them is a hash table, holds a URL or is replaced while it is read.
     */
    static final Set<String> READ_BACK_ALIKE = Set.of(
            "java.time.Ser",
            "java.util.ArrayList",
            "java.util.Collections$UnmodifiableCollection",
            "java.util.Collections$UnmodifiableList",
            "java.util.Collections$UnmodifiableRandomAccessList",
            "java.util.Collections$UnmodifiableSet",
            "java.util.TreeSet",
            "org.springframework.security.authentication.AbstractAuthenticationToken",
            "org.springframework.security.authentication.UsernamePasswordAuthenticationToken",
            "org.springframework.security.core.authority.FactorGrantedAuthority",
            "org.springframework.security.core.authority.SimpleGrantedAuthority",
            "org.springframework.security.core.context.SecurityContextImpl",
            "org.springframework.security.core.userdetails.User",
            "org.springframework.security.core.userdetails.User$AuthorityComparator",
            "org.springframework.security.web.authentication.WebAuthenticationDetails",
            "org.springframework.security.web.csrf.DefaultCsrfToken");

    /** Far below the limits of reading, among them {@link #MAX_DEPTH}. */
    private static final int FEW_BYTES = 4_000;

    private static final int FEW_OBJECTS = 40;

    private static final boolean HAS_SPRING_SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.AuthenticationException", SerializedForm.class.getClassLoader());

    private final TypeList types;

    SerializedForm(TypeList types) {
        this.types = types;
    }

    /**
     * The bytes of a value. They are those of a copy that was read back: so they can be read, and the same value gives the
     * same bytes, whether it was made by the application or came out of a session. Of what is small and made of {@link
     * #READ_BACK_ALIKE} only, that is so without a trial.
     */
    byte[] write(Object value) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        boolean needsTrial;
        try (Output out = new Output(bytes, value)) {
            out.writeObject(value);
            needsTrial = out.holdsOtherClasses || out.objects > FEW_OBJECTS;
        }
        byte[] written = bytes.toByteArray();
        return needsTrial || written.length > FEW_BYTES ? writeUnread(read(written)) : written;
    }

    /** As {@link #write}, of the value itself. */
    byte[] writeUnread(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (Output out = new Output(bytes, value)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    Object read(byte[] bytes) throws IOException, ClassNotFoundException {
        SerialScan scan = SerialScan.of(bytes, MAX_REFERENCES);
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try (Input input = new Input(in, scan)) {
            Object value = input.readObject();
            if (value == null || in.available() > 0) {
                throw new StreamCorruptedException("The value is null, or other bytes follow it");
            }
            return value;
        }
    }

    private final class Output extends ObjectOutputStream {

        private final @Nullable Throwable exception;

        /** Whether a class was written that is none of {@link #READ_BACK_ALIKE}. */
        boolean holdsOtherClasses;

        int objects;

        Output(OutputStream out, Object value) throws IOException {
            super(out);
            exception = value instanceof Throwable thrown ? thrown : null;
            enableReplaceObject(true);
        }

        @Override
        protected void annotateClass(Class<?> type) {
            holdsOtherClasses |= !READ_BACK_ALIKE.contains(type.getName());
        }

        @Override
        protected void annotateProxyClass(Class<?> type) {
            holdsOtherClasses = true;
        }

        /** Called once for each object. */
        @Override
        protected @Nullable Object replaceObject(Object object) {
            objects++;
            if (exception == null) {
                if (!TypeList.isNamed(object.getClass().getName())) {
                    SerialOutput.check(object);
                }
                return WebAuthnValues.stored(object);
            }
            if (object instanceof StackTraceElement[]) {
                return new StackTraceElement[0];
            }
            if (object instanceof Principal) {
                return null;
            }
            return object instanceof Throwable thrown && !isPermitted(thrown.getClass()) ? standIn(thrown) : object;
        }

        private Throwable standIn(Throwable thrown) {
            Throwable ofLogin =
                    HAS_SPRING_SECURITY && thrown == exception ? StoredAuthenticationException.of(thrown) : thrown;
            return ofLogin == thrown ? new StoredException(thrown.getClass().getName(), thrown.getMessage()) : ofLogin;
        }

        private boolean isPermitted(Class<?> type) {
            for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
                if (!types.reads(c.getName())) {
                    return false;
                }
            }
            return true;
        }
    }

    private final class Input extends ObjectInputStream {

        private final SerialScan scan;

        Input(InputStream in, SerialScan scan) throws IOException {
            super(in);
            this.scan = scan;
            setObjectInputFilter(Input::limits);
            enableResolveObject(true);
        }

        @Override
        protected Object resolveObject(Object object) {
            RegexLimits.check(object);
            return WebAuthnValues.read(object);
        }

        private static Status limits(FilterInfo info) {
            boolean within = info.depth() <= MAX_DEPTH
                    && info.references() <= MAX_REFERENCES
                    && info.streamBytes() <= MAX_BYTES
                    && info.arrayLength() <= MAX_ARRAY_LENGTH;
            return within ? Status.UNDECIDED : Status.REJECTED;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            String name = description.getName();
            if (SerialTable.isPrimitive(name)) { // An object such as int.class.
                return super.resolveClass(description);
            }
            if (!types.reads(name)) {
                throw new RefusedException(name);
            }
            Class<?> type = load(name);
            scan.check(name, type);
            return type;
        }

        private static Class<?> load(String name) throws ClassNotFoundException {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            if (context != null) {
                try {
                    return Class.forName(name, false, context);
                } catch (ClassNotFoundException e) {
                    // A thread of a common pool has the loader of the JVM, which does not see into an executable jar.
                }
            }
            return Class.forName(name, false, SerializedForm.class.getClassLoader());
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
            throw new RefusedException("java.lang.reflect.Proxy");
        }
    }
}
