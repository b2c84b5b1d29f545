package io.sojourn.ring;

import clojure.lang.EdnReader;
import clojure.lang.IFn;
import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.LazilyPersistentVector;
import clojure.lang.PersistentHashSet;
import clojure.lang.PersistentList;
import clojure.lang.RT;
import clojure.lang.Symbol;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the EDN that the Ring store writes, several times as fast as {@code clojure.edn}, which takes each character through a
 * lock and most names through a regular expression. It knows collections, strings, keywords and usual numbers; each other token
 * it hands to {@code clojure.edn}, and each tag to a function. It evaluates nothing. For one text.
 */
@SuppressWarnings("JavaUtilDate") // What a session holds is the application's choice.
public final class EdnParser {

    private static final int SHORT_NUMBER = 18;
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]*");

    private final String text;
    private final IFn tags;
    private final int maxDigits;
    private int at;

    /**
     * A parser of a text.
     *
     * @param tags gives the value of a tag and the form behind it
     * @param maxDigits numbers with more digits are refused: parsing one takes the square of them
     */
    public EdnParser(String text, IFn tags, int maxDigits) {
        this.text = text;
        this.tags = tags;
        this.maxDigits = maxDigits;
    }

    /**
     * The one value in the text.
     *
     * @throws RuntimeException of some kind if it is no EDN, or not exactly one value
     */
    public @Nullable Object parse() {
        Object value = value();
        if (peek() != 0) {
            throw malformed();
        }
        return value;
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == ',')) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private @Nullable Object value() {
        return switch (peek()) {
            case 0 -> throw malformed();
            case '"' -> string();
            case '[' -> LazilyPersistentVector.createOwning(elements(']').toArray());
            case '{' -> RT.map(elements('}').toArray());
            case '(' -> PersistentList.create(elements(')'));
            case '^' -> withMetadata();
            case '#' -> dispatched();
            case ':' -> Keyword.intern(token().substring(1));
            default -> atom();
        };
    }

    private Object withMetadata() {
        at++;
        Object metadata = value();
        if (metadata instanceof IPersistentMap map && value() instanceof IObj object) {
            return object.withMeta(map);
        }
        throw malformed();
    }

    private List<@Nullable Object> elements(char end) {
        at++;
        List<@Nullable Object> elements = new ArrayList<>();
        while (peek() != end) {
            elements.add(value());
        }
        at++;
        return elements;
    }

    private String string() {
        String plain = text.substring(at + 1, text.indexOf('"', at + 1));
        if (plain.indexOf('\\') < 0) {
            at += plain.length() + 2;
            return plain;
        }
        StringBuilder string = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\' && "\"\\".indexOf(text.charAt(++at)) < 0) {
                throw malformed(); // The writer has no other escapes.
            }
            string.append(text.charAt(at));
        }
        at++;
        return string.toString();
    }

    private static boolean isDelimiter(char c) {
        return c == ' ' || c == ',' || c == '"' || c == '[' || c == ']' || c == '{' || c == '}' || c == '(' || c == ')';
    }

    private @Nullable Object dispatched() {
        at++;
        if (at < text.length() && text.charAt(at) == '{') {
            return PersistentHashSet.createWithCheck(elements('}'));
        }
        if (at < text.length() && text.charAt(at) == '#') {
            return edn("#" + token());
        }
        Symbol tag = Symbol.intern(token());
        return tags.invoke(tag, value());
    }

    /** What stands from here to the next delimiter. A character, such as \[, may be one itself. */
    private String token() {
        int from = at;
        at += text.charAt(at) == '\\' ? 2 : 0;
        while (at < text.length() && !isDelimiter(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw malformed();
        }
        return text.substring(from, Math.min(at, text.length()));
    }

    private @Nullable Object atom() {
        String token = token();
        if (token.length() > maxDigits + 20) { // No name is so long.
            throw new IllegalArgumentException("a number has more than " + maxDigits + " digits");
        }
        char first = token.charAt(0);
        char last = token.charAt(token.length() - 1);
        if (first != '-' && !isDigit(first)) {
            return edn(token);
        }
        if (token.length() <= SHORT_NUMBER && WHOLE.matcher(token).matches()) {
            return Long.valueOf(token);
        }
        if (last == 'M') {
            return new BigDecimal(token.substring(0, token.length() - 1));
        }
        return isDigit(last) && token.indexOf('.') > 0 ? Double.valueOf(token) : edn(token);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The moment of an {@code #inst} as the writer has it, {@code 2026-11-01T12:30:15.250-00:00}; java.time takes several times as long. */
    public static Date inst(String text) {
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        long seconds = (day * 24 + number(text, 11, 13)) * 3600 + number(text, 14, 16) * 60L + number(text, 17, 19);
        return new Date(seconds * 1000 + number(text, 20, 23));
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static @Nullable Object edn(String token) {
        return EdnReader.readString(token, RT.map());
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("there is not exactly one value in EDN; the fault is at character " + at);
    }
}
