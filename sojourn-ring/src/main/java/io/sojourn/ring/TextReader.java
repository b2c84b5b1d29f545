package io.sojourn.ring;

import java.io.PushbackReader;
import java.io.Reader;

/**
 * Reads a string for {@code clojure.edn}, without the locks of {@link PushbackReader}, which take most of the time of reading
 * a session. Refuses numbers that are so long that parsing them would stall the thread.
 */
public final class TextReader extends PushbackReader {

    private final String text;
    private int next;

    /**
     * A reader of a text.
     *
     * @param maxDigits the most digits in a row outside of strings
     * @throws IllegalArgumentException if there are more
     */
    public TextReader(String text, long maxDigits) {
        super(Reader.nullReader());
        this.text = text;
        boolean inString = false;
        long digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits = !inString && c >= '0' && c <= '9' ? digits + 1 : 0;
            if (digits > maxDigits) {
                throw new IllegalArgumentException("a number has more than " + maxDigits + " digits");
            }
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            }
        }
    }

    @Override
    public int read() {
        return next < text.length() ? text.charAt(next++) : -1;
    }

    @Override
    public void unread(int c) {
        next--;
    }
}
