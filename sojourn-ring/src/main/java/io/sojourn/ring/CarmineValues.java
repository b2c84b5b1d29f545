package io.sojourn.ring;

import clojure.java.api.Clojure;
import clojure.lang.IFn;
import clojure.lang.Keyword;
import java.io.ByteArrayOutputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as Carmine, the older store's client, leaves them in Redis: texts and numbers as text; bytes behind a NUL and
 * {@code <}; everything else behind a NUL and {@code >}, in the format of Nippy, which the application brings.
 */
final class CarmineValues {

    private static final byte[] BYTES = {0, '<'};
    private static final byte[] NIPPY = {0, '>'};

    private static final Keyword UNTHAWABLE = Keyword.intern("nippy", "unthawable");

    private CarmineValues() {}

    static @Nullable Object read(byte[] stored) {
        if (startsWith(stored, NIPPY)) {
            return nippy("thaw").invoke(rest(stored));
        }
        return startsWith(stored, BYTES) ? rest(stored) : new String(stored, StandardCharsets.UTF_8);
    }

    static byte[] write(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return marked(BYTES, bytes);
        }
        boolean isText = value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Float;
        if (!isText) {
            return marked(NIPPY, (byte[]) nippy("freeze").invoke(value));
        }
        String text = String.valueOf(value);
        if (text.startsWith("\0")) {
            throw new IllegalArgumentException("A text that begins with NUL cannot be kept in the old layout");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A function of Nippy.
     *
     * @throws MissingNippyException if it is not on the class path
     */
    static IFn nippy(String function) {
        try {
            Clojure.var("clojure.core", "require").invoke(Clojure.read("taoensso.nippy"));
        } catch (
                Throwable e) { // Clojure throws checked exceptions undeclared, and errors of libraries that do not fit.
            throw new MissingNippyException(e);
        }
        return Clojure.var("taoensso.nippy", function);
    }

    /** Whether Nippy has put something else into the place of what it did not thaw. Moved, that would be lost for good. */
    static boolean isIncomplete(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.containsKey(UNTHAWABLE) || isIncomplete(map.keySet()) || isIncomplete(map.values());
        }
        if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                if (isIncomplete(element)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] bytes, byte[] mark) {
        return bytes.length >= 2 && bytes[0] == mark[0] && bytes[1] == mark[1];
    }

    private static byte[] rest(byte[] bytes) {
        return Arrays.copyOfRange(bytes, 2, bytes.length);
    }

    private static byte[] marked(byte[] mark, byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes.length + 2);
        all.writeBytes(mark);
        all.writeBytes(bytes);
        return all.toByteArray();
    }

    /** Nippy is not there. */
    static final class MissingNippyException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        MissingNippyException(Throwable cause) {
            super("com.taoensso/nippy is not on the class path, or does not load", cause);
        }
    }
}
