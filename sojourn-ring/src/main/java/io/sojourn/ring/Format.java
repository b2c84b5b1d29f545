package io.sojourn.ring;

import io.sojourn.ValueNotAcceptedException;
import org.jspecify.annotations.Nullable;

/** How a Clojure value becomes bytes. What a format takes comes back equal and of the same type, or it refuses to take it. */
interface Format {

    /** The id of {@link EdnFormat}. */
    int EDN_ID = 4;

    /** The id of {@link TransitFormat}. */
    int TRANSIT_ID = 5;

    /** Marks values of this format in the store; never changes. */
    int id();

    /**
     * The bytes of a value.
     *
     * @param attribute for messages: in which attribute of the session the value is
     * @throws ValueNotAcceptedException with the path to what cannot be stored
     */
    byte[] encode(String attribute, @Nullable Object value);

    /** The value of bytes that {@link #encode} made; throws whatever it likes if it cannot. */
    @Nullable
    Object decode(byte[] bytes);
}
