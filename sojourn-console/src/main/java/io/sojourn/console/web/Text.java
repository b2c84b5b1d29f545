package io.sojourn.console.web;

import io.sojourn.log.Printable;

/** Text that a visitor may have typed, in the form in which it leaves for the page. */
final class Text {

    /** The most characters of a name that are shown. */
    static final int LONGEST = 200;

    /** No principal is longer, unless something else than Sojourn has written the session. */
    static final int LONGEST_PRINCIPAL = 1_024;

    private Text() {}

    /** At most {@value #LONGEST} of its characters, in one line; what does not print, and marks of direction, are escaped. */
    static String shown(String text) {
        return shown(text, LONGEST);
    }

    static String shown(String text, int longest) {
        if (text.length() <= longest) {
            return Printable.line(text);
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return Printable.line(text.substring(0, end)) + "… (" + text.length() + " characters)";
    }
}
