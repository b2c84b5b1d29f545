package io.sojourn.log;

/**
 * Makes text fit for a line of a log or a message. Names of attributes, indexes and labels may be what a visitor typed (the
 * name of a form's field); with a line break in it, such a name would forge a line of the log, and with ESC it would speak
 * to the operator's terminal. All messages of Sojourn pass through here.
 */
public final class Printable {

    /** Longer names are cut: the message is about the name, and must not be filled by it. */
    static final int LONGEST_NAME = 100;

    private Printable() {}

    /** A name in quotes, with at most 100 of its characters; what does not print, quotes and backslashes are escaped. */
    public static String quoted(String name) {
        int end = Math.min(name.length(), LONGEST_NAME);
        if (end < name.length() && Character.isHighSurrogate(name.charAt(end - 1))) {
            end--;
        }
        String cut = name.substring(0, end).replace("\\", "\\\\").replace("\"", "\\\"");
        return "\"" + line(cut) + (end < name.length() ? "…\" (" + name.length() + " characters)" : "\"");
    }

    /** A message in one line: control characters, line breaks, invisible and bidirectional marks become {@code \}{@code uXXXX}. */
    public static String line(String message) {
        int plain = 0;
        while (plain < message.length() && isPlain(message.charAt(plain))) {
            plain++;
        }
        if (plain == message.length()) {
            return message; // As almost all are.
        }
        StringBuilder line = new StringBuilder(message.length() + 16).append(message, 0, plain);
        for (int i = plain; i < message.length(); ) {
            int c = message.codePointAt(i);
            if (isVisible(c)) {
                line.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    line.append(String.format("\\u%04x", (int) unit));
                }
            }
            i += Character.charCount(c);
        }
        return line.toString();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c <= '~';
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> !isInvisibleLetter(c);
        };
    }

    /**
     * Letters, marks and symbols that take no ink: with one of them a visitor's name would look like that of another user. They are those
     * of Unicode's {@code Default_Ignorable_Code_Point} that the types above do not cover, and the empty Braille pattern.
     */
    private static boolean isInvisibleLetter(int c) {
        return switch (c) {
            case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0 -> true;
            default -> (c >= 0x180b && c <= 0x180f) || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
        };
    }
}
