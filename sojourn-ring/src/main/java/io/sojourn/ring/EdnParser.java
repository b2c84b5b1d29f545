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
 *
 * <p>What an application's print method has made is a text in the text, and is read in the same way. So its keys are counted like
 * all others. It may be any EDN but {@code #_}, {@code #:name{…}}, and metadata that is no map.
 */
public final class EdnParser {

    /** A number with more digits is refused: parsing one takes the square of them. */
    public static final int MAX_DIGITS = 10_000;

    private final String text;
    private final IFn tags;
    private final KeyCost cost;
    private final boolean isPrinted;
    private int at;

    /**
     * A parser of a text. {@code tags} gives the value of a tag and the form behind it; for {@code sojourn/printed} it gives such a
     * function for the text behind it.
     *
     * @param isPrinted whether the text is what an application's print method has made
     */
    public EdnParser(String text, IFn tags, boolean isPrinted) {
        this(text, tags, isPrinted, new KeyCost(text.length()));
    }

    private EdnParser(String text, IFn tags, boolean isPrinted, KeyCost cost) {
        this.text = text;
        this.tags = tags;
        this.isPrinted = isPrinted;
        this.cost = cost;
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

    /** The next character that is no space and in no comment; 0 at the end. */
    private char peek() {
        while (at < text.length() && (isSpace(text.charAt(at)) || text.charAt(at) == ';')) {
            int end = text.charAt(at) == ';' ? text.indexOf('\n', at) : at;
            at = end < 0 ? text.length() : end + 1;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private @Nullable Object value() {
        char first = peek();
        return switch (first) {
            case 0 -> throw malformed();
            case '[' -> LazilyPersistentVector.createOwning(elements(']').toArray());
            case '{' -> RT.map(keyed('}', 2, false).toArray());
            case '(' -> PersistentList.create(elements(')'));
            case '^' -> withMetadata();
            case '#' -> dispatched();
            default -> single(first);
        };
    }

    private @Nullable Object single(char first) {
        int from = at;
        Object value = switch (first) {
            case '"' -> string();
            case ':' -> isPrinted ? edn(token()) : Keyword.intern(token().substring(1));
            default -> atom();
        };
        cost.value(at - from);
        return value;
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
        cost.value(0);
        List<@Nullable Object> elements = new ArrayList<>();
        while (peek() != end) {
            elements.add(value());
        }
        at++;
        return elements;
    }

    /** Elements of which the first and each further one after {@code step} is a key. */
    private List<@Nullable Object> keyed(char end, int step, boolean isArray) {
        at++;
        cost.value(0);
        List<@Nullable Object> elements = new ArrayList<>();
        List<Long> weights = new ArrayList<>();
        while (peek() != end) {
            long before = cost.weight();
            elements.add(value());
            if ((elements.size() - 1) % step == 0) {
                weights.add(cost.weight() - before);
            }
        }
        at++;
        boolean isSmallMap = step == 2 && weights.size() <= KeyCost.IN_ARRAY;
        cost.keys(elements, step, weights, isArray || isSmallMap);
        return elements;
    }

    private Object string() {
        int from = at;
        String plain = text.substring(at + 1, text.indexOf('"', at + 1));
        if (plain.indexOf('\\') < 0) {
            at += plain.length() + 2;
            return plain;
        }
        boolean isOurs = true;
        StringBuilder string = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
                isOurs &= "\"\\".indexOf(text.charAt(at)) >= 0;
            }
            string.append(text.charAt(at));
        }
        at++;
        if (isOurs) {
            return string.toString();
        } else if (isPrinted) {
            return EdnReader.readString(text.substring(from, at), RT.map());
        }
        throw malformed(); // The writer has no other escapes.
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == ',' || ((c < ' ' || c > '~') && Character.isWhitespace(c));
    }

    private static boolean isDelimiter(char c) {
        return switch (c) {
            case '"', '[', ']', '{', '}', '(', ')', ';', '^', '\\' -> true;
            default -> isSpace(c);
        };
    }

    private @Nullable Object dispatched() {
        at++;
        if (at < text.length() && text.charAt(at) == '{') {
            return PersistentHashSet.createWithCheck(keyed('}', 1, false));
        }
        if (at < text.length() && text.charAt(at) == '#') {
            cost.value(0);
            return edn("#" + token());
        }
        String tag = token();
        Object form = entries(tag);
        if (tag.equals("sojourn/printed")) {
            if (!(form instanceof String printed)) {
                throw malformed();
            }
            IFn readers = (IFn) tags.invoke(Symbol.intern(tag), printed);
            return new EdnParser(printed, readers, true, cost).parse();
        } else if (tag.equals("sojourn/decimal")
                && form instanceof List<?> parts
                && parts.get(0) instanceof String digits) {
            cost.decimal(digits.length());
        }
        return tags.invoke(Symbol.intern(tag), form);
    }

    /** The form behind a tag: keys and values in a vector if a map is made of it. */
    private @Nullable Object entries(String tag) {
        boolean isArrayMap = tag.equals("sojourn/array-map");
        if (!isArrayMap && !tag.equals("sojourn/hash-map")) {
            long before = cost.weight();
            Object form = value();
            if (tag.startsWith("sojourn/sorted-")) {
                // A sorted one is compared by looking for each key of the other in its tree.
                long depth = (long) Integer.SIZE - Integer.numberOfLeadingZeros(text.length());
                cost.weigh((cost.weight() - before) * depth);
            }
            return form;
        }
        if (peek() != '[') {
            throw malformed(); // Of what has another form, the keys would not be counted.
        }
        return LazilyPersistentVector.createOwning(keyed(']', 2, isArrayMap).toArray());
    }

    /** What stands from here to the next delimiter. */
    private String token() {
        int from = at;
        if (at + 1 < text.length() && text.charAt(at) == '\\') {
            at += 2; // A character may be a delimiter.
        }
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
            throw new TooCostlyException("a number has more than " + MAX_DIGITS + " digits");
        }
        char first = token.charAt(0);
        char last = token.charAt(token.length() - 1);
        boolean isNumber =
                Character.isDigit(first) || (first == '-' && token.length() > 1 && Character.isDigit(token.charAt(1)));
        if (last == 'M') {
            cost.decimal(token.length());
            return isNumber ? new BigDecimal(token.substring(0, token.length() - 1)) : edn(token);
        }
        if (isPrinted || !isNumber || !Character.isDigit(last)) {
            return edn(token); // An application may print octal numbers, and others of which Java knows nothing.
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
