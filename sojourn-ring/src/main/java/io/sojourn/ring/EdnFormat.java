package io.sojourn.ring;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The default: EDN as text, with tags {@code #sojourn/…} for what EDN has no form for.
 *
 * @param maxBytes a value that is larger is refused
 */
record EdnFormat(int maxBytes) implements Format {

    @Override
    public int id() {
        return EDN_ID;
    }

    @Override
    public byte[] encode(String attribute, @Nullable Object value) {
        return EdnWriter.write(attribute, value, maxBytes).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        return EdnReaders.read(new String(bytes, StandardCharsets.UTF_8));
    }
}
