package io.sojourn.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks for one cookie in a {@code Cookie} header, as browsers write it (RFC 6265, 4.2.1): pairs with a semicolon in between,
 * whatever the values are. There are no quoted texts with semicolons in them, as RFC 2109 had: a parser that believes in
 * those can be made to take one cookie for a part of another.
 */
final class CookieHeader {

    private CookieHeader() {}

    /**
     * The values under a name, in order, without quotes around them; of a header longer than
     * {@link SessionCookie#MAX_HEADER_LENGTH} none. Names are told apart by case.
     */
    static List<String> values(String header, String name) {
        List<String> values = new ArrayList<>(1);
        if (header.length() > SessionCookie.MAX_HEADER_LENGTH) {
            return values;
        }
        int start = 0;
        int equals = header.indexOf('=');
        while (equals >= 0) {
            int end = header.indexOf(';', start);
            end = end < 0 ? header.length() : end;
            if (equals < end && isName(header, start, equals, name)) {
                values.add(value(header, equals + 1, end));
            }
            start = end + 1;
            if (equals < start) { // Otherwise it still lies ahead, and to look for it each time would be quadratic.
                equals = header.indexOf('=', start);
            }
        }
        return values;
    }

    private static boolean isName(String header, int start, int end, String name) {
        int from = start;
        while (from < end && isBlank(header.charAt(from))) {
            from++;
        }
        return end - from == name.length() && header.startsWith(name, from);
    }

    private static String value(String header, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && isBlank(header.charAt(from))) {
            from++;
        }
        while (from < to && isBlank(header.charAt(to - 1))) {
            to--;
        }
        boolean quoted = to - from >= 2 && header.charAt(from) == '"' && header.charAt(to - 1) == '"';
        return quoted ? header.substring(from + 1, to - 1) : header.substring(from, to);
    }

    /** Nothing else counts as a blank between cookies, whatever Java thinks of it. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
