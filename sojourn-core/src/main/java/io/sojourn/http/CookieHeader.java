package io.sojourn.http;

import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Looks for cookies in a {@code Cookie} header, as browsers write it (RFC 6265, 4.2.1): pairs with a semicolon in between,
 * whatever the values are. There are no quoted texts with semicolons in them, as RFC 2109 had: a parser that believes in
 * those can be made to take one cookie for a part of another.
 */
final class CookieHeader {

    private CookieHeader() {}

    /**
     * Reads a header once, from left to right, however long it is: containers have a limit of their own. Names are told apart
     * by case.
     *
     * @param found gets each cookie of one of the names: its value without quotes around it, and the position of its name
     */
    static void read(String header, List<String> names, ObjIntConsumer<String> found) {
        int start = 0;
        int equals = header.indexOf('=');
        while (equals >= 0) {
            int end = header.indexOf(';', start);
            end = end < 0 ? header.length() : end;
            if (equals < end) {
                int name = indexOfName(header, start, equals, names);
                if (name >= 0) {
                    found.accept(value(header, equals + 1, end), name);
                }
            }
            start = end + 1;
            if (equals < start) { // Otherwise it still lies ahead, and to look for it each time would be quadratic.
                equals = header.indexOf('=', start);
            }
        }
    }

    private static int indexOfName(String header, int start, int end, List<String> names) {
        int from = skipBlanks(header, start, end);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (end - from == name.length() && header.startsWith(name, from)) {
                return i;
            }
        }
        return -1;
    }

    private static String value(String header, int start, int end) {
        int from = skipBlanks(header, start, end);
        int to = end;
        while (from < to && isBlank(header.charAt(to - 1))) {
            to--;
        }
        boolean quoted = to - from >= 2 && header.charAt(from) == '"' && header.charAt(to - 1) == '"';
        return quoted ? header.substring(from + 1, to - 1) : header.substring(from, to);
    }

    private static int skipBlanks(String header, int start, int end) {
        int from = start;
        while (from < end && isBlank(header.charAt(from))) {
            from++;
        }
        return from;
    }

    /** Nothing else counts as a blank between cookies, whatever Java thinks of it. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
