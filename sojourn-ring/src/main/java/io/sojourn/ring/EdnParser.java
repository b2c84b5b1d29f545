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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the EDN that the Ring store writes, several times as fast as {@code clojure.edn}, which takes each character through a
 * lock and most names through a regular expression. It knows collections, strings, keywords and usual numbers; each other token
 * it hands to {@code clojure.edn}, and each tag to a function. It evaluates nothing. For one text.
 */
public final class EdnParser {

    /** A number with more digits is refused: parsing one takes the square of them. */
    public static final int MAX_DIGITS = 10_000;

    private final String text;
    private final IFn tags;
    private final KeyCost cost = new KeyCost();
    private int at;

    /** A parser of a text. {@code tags} gives the value of a tag and the form behind it. */
    public EdnParser(String text, IFn tags) {
        this.text = text;
        this.tags = tags;
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
            case '{' -> RT.map(elements('}', cost.ofHashes(), 2).toArray());
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
        return elements(end, null, 1);
    }

    /** Elements of which the first and each further one after {@code step} is a key. */
    private List<@Nullable Object> elements(char end, KeyCost.@Nullable Keys keys, int step) {
        at++;
        List<@Nullable Object> elements = new ArrayList<>();
        while (peek() != end) {
            int from = at;
            Object element = value();
            if (keys != null && elements.size() % step == 0 && !keys.add(element, at - from)) {
                throw new IllegalArgumentException("too many keys of a map or set have the same hash");
            }
            elements.add(element);
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
            return PersistentHashSet.createWithCheck(elements('}', cost.ofHashes(), 1));
        }
        if (at < text.length() && text.charAt(at) == '#') {
            return edn("#" + token());
        }
        String tag = token();
        return tags.invoke(Symbol.intern(tag), entries(tag));
    }

    /** The form behind a tag: keys and values in a vector if a map is made of it. */
    private @Nullable Object entries(String tag) {
        boolean isArrayMap = tag.equals("sojourn/array-map");
        if (!isArrayMap && !tag.equals("sojourn/hash-map")) {
            return value();
        }
        if (peek() != '[') {
            throw malformed(); // Of what has another form, the keys would not be counted.
        }
        KeyCost.Keys keys = isArrayMap ? cost.ofArray() : cost.ofHashes();
        return LazilyPersistentVector.createOwning(elements(']', keys, 2).toArray());
    }

    /** What stands from here to the next delimiter. */
    private String token() {
        int from = at;
        while (at < text.length() && !isDelimiter(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw malformed();
        }
        return text.substring(from, at);
    }

    private @Nullable Object atom() {
        String token = token();
        if (token.length() > MAX_DIGITS + 20) { // No name is so long.
            throw new IllegalArgumentException("a number has more than " + MAX_DIGITS + " digits");
        }
        char first = token.charAt(0);
        char last = token.charAt(token.length() - 1);
        if (first != '-' && !Character.isDigit(first)) {
            return edn(token);
        }
        if (last == 'M') {
            return new BigDecimal(token.substring(0, token.length() - 1));
        }
        if (!Character.isDigit(last)) {
            return edn(token);
        }
        return token.indexOf('.') < 0 ? (Object) Long.valueOf(token) : Double.valueOf(token);
    }

    private static @Nullable Object edn(String token) {
        return EdnReader.readString(token, RT.map());
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("there is not exactly one value in EDN; the fault is at character " + at);
    }
}
