package io.sojourn.admin;

import io.sojourn.log.Printable;

/**
 * Something that {@link Doctor} has found.
 *
 * @param code names the kind of finding for scripts, such as {@code eviction}; does not change between versions
 * @param severity how bad it is
 * @param where the server, or what the keys have in common
 * @param what was found
 * @param why it matters
 * @param advice what to do
 */
public record Finding(String code, Severity severity, String where, String what, String why, String advice) {

    private static final int LONGEST = 1_000;

    /** Escapes and cuts all texts, since names of keys may be what a visitor typed. */
    public Finding {
        where = printable(where);
        what = printable(what)
                .replaceAll("[.\\s]+$", ""); // It may be a server's sentence, and is shown with a full stop.
        why = printable(why);
        advice = printable(advice);
    }

    private static String printable(String text) {
        return Printable.line(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    /** In one line. */
    @Override
    public String toString() {
        return severity + " " + code + " (" + where + "): " + what + ". " + why + ". " + advice + ".";
    }
}
