package io.sojourn.ring;

import clojure.java.api.Clojure;
import clojure.lang.AFn;
import clojure.lang.IFn;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.RT;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Transit JSON, with {@code com.cognitect/transit-clj} of the application: what it writes exactly, readers in other
 * languages read; the rest lies in it as EDN under the tag {@value TransitForm#TAG}.
 */
final class TransitFormat implements Format {

    private static final Keyword JSON = Keyword.intern("json");
    private static final int SMALL = 256;

    private final int maxBytes;
    private final IFn writer;
    private final IFn write;
    private final IFn reader;
    private final IFn read;
    private final IFn taggedValue;
    private final IPersistentMap readerOptions;

    /**
     * @throws IllegalArgumentException if the library is not on the class path
     */
    TransitFormat(int maxBytes) {
        this.maxBytes = maxBytes;
        try {
            Clojure.var("clojure.core", "require").invoke(Clojure.read("cognitect.transit"));
        } catch (Throwable e) { // Clojure throws checked exceptions undeclared.
            throw new IllegalArgumentException(
                    ":format :transit needs com.cognitect/transit-clj among the application's dependencies", e);
        }
        writer = Clojure.var("cognitect.transit", "writer");
        write = Clojure.var("cognitect.transit", "write");
        reader = Clojure.var("cognitect.transit", "reader");
        read = Clojure.var("cognitect.transit", "read");
        taggedValue = Clojure.var("cognitect.transit", "tagged-value");
        Object fromEdn = Clojure.var("cognitect.transit", "read-handler").invoke(new AFn() {
            @Override
            public @Nullable Object invoke(Object text) {
                return EdnReaders.read((String) text);
            }
        });
        readerOptions = RT.map(Keyword.intern("handlers"), RT.map(TransitForm.TAG, fromEdn));
    }

    /** For reading what an application once wrote, if it still has the library. */
    static Optional<Format> ifAvailable(int maxBytes) {
        try {
            return Optional.of(new TransitFormat(maxBytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public int id() {
        return TRANSIT_ID;
    }

    @Override
    public byte[] encode(String attribute, @Nullable Object value) {
        Object form = new TransitForm(attribute, maxBytes, taggedValue).of(value);
        ByteArrayOutputStream out = new ByteArrayOutputStream(SMALL);
        Object unused = write.invoke(writer.invoke(out, JSON), form);
        return out.toByteArray();
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        return read.invoke(reader.invoke(new ByteArrayInputStream(bytes), JSON, readerOptions));
    }
}
