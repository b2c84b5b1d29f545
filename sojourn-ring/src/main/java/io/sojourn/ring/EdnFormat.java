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
        String text = new String(bytes, StandardCharsets.UTF_8);
        return isPlainString(text) ? text.substring(1, text.length() - 1) : EdnReaders.read(text);
    }

    /** Most values are texts, and most texts stand in EDN as they are; the reader takes many times as long. */
    private static boolean isPlainString(String text) {
        int last = text.length() - 1;
        return last > 0 && text.charAt(0) == '"' && text.indexOf('"', 1) == last && text.indexOf('\\') < 0;
    }
}
