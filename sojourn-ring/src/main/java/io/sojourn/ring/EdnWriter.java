package io.sojourn.ring;

import clojure.lang.BigInt;
import clojure.lang.Fn;
import clojure.lang.IObj;
import clojure.lang.IPersistentMap;
import clojure.lang.IPersistentSet;
import clojure.lang.IPersistentVector;
import clojure.lang.IRecord;
import clojure.lang.ISeq;
import clojure.lang.Keyword;
import clojure.lang.PersistentArrayMap;
import clojure.lang.PersistentHashMap;
import clojure.lang.PersistentHashSet;
import clojure.lang.RT;
import clojure.lang.Ratio;
import clojure.lang.Symbol;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value as EDN that {@link EdnReaders} reads back equal and of the same type.
 *
 * <p>Not by way of Clojure's own printer: it obeys the application's {@code *print-length*} and its like, overridden
 * {@code print-method}s, and prints much that reads back as something else ({@code (int 1)} as a long,
 * {@code (keyword "a b")} as two forms, a queue as an object's address). What EDN has no form for gets a tag of ours,
 * see {@link EdnTags}. Not thread-safe, for one value.
 */
final class EdnWriter {

    /** A longer part of a name only gets a tag. */
    private static final int MAX_BARE_NAME = 200;

    /** The reader makes array maps of up to so many entries, and hash maps of more. */
    private static final int LONGEST_ARRAY_MAP = 8;

    /** Of decimals that are written as they are. */
    private static final int LARGEST_SCALE = 1_000_000_000;

    private static final DateTimeFormatter INST =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'-00:00'").withZone(ZoneOffset.UTC);

    private final StringBuilder out = new StringBuilder(64);
    private final Path path;
    private final int maxLength;

    /** How many values were written that EDN has no form for. */
    private long foreign;

    /**
     * @param attribute for messages
     * @param maxLength where to stop: a lazy sequence may have no end
     */
    EdnWriter(String attribute, int maxLength) {
        this.path = new Path(attribute);
        this.maxLength = maxLength;
    }

    static String write(String attribute, @Nullable Object value, int maxLength) {
        EdnWriter writer = new EdnWriter(attribute, maxLength);
        writer.value(value);
        return writer.out.toString();
    }

    Path path() {
        return path;
    }

    void value(@Nullable Object value) {
        if (out.length() > maxLength) {
            throw path.refusal(value, "is larger than " + maxLength + " characters, or has no end.", null);
        }
        if (value instanceof IObj object && !(value instanceof Fn)) {
            metadata(object);
        }
        if (value == null || value instanceof Boolean) {
            out.append(value == null ? "nil" : value.toString());
        } else if (value instanceof String string) {
            string(string);
        } else if (value instanceof Keyword keyword) {
            keyword(keyword);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof IPersistentMap map) {
            map(map);
        } else if (value instanceof IPersistentVector vector && !(value instanceof Map.Entry)) {
            elements("[", (Iterable<?>) vector, "]");
        } else if (value instanceof IPersistentSet set) {
            set(set);
        } else if (value instanceof Symbol symbol) {
            symbol(symbol);
        } else if (value instanceof Character character) {
            character(character);
        } else if (value instanceof UUID uuid) {
            out.append("#uuid \"").append(uuid).append('"');
        } else if (isList(value)) {
            elements("(", (Iterable<?>) value, ")");
        } else {
            foreign(value);
        }
    }

    private void foreign(Object value) {
        foreign++;
        EdnTags.write(this, value);
    }

    /** A list, or a sequence over anything: to Clojure they are equal, and no sequence can be told from its elements. */
    private static boolean isList(Object value) {
        return value instanceof ISeq && value instanceof Iterable;
    }

    private void metadata(IObj value) {
        IPersistentMap metadata = Marks.without(value.meta());
        if (metadata != null && metadata.count() > 0) {
            out.append('^');
            path.down(Symbol.intern("meta"), metadata);
            map(metadata);
            path.up();
            out.append(' ');
        }
    }

    /** A tag and a form of it that {@link EdnTags} knows. */
    void tagged(String name, @Nullable Object form) {
        out.append("#sojourn/").append(name).append(' ');
        value(form);
    }

    /** The form that EDN itself has for a moment, to the millisecond. */
    void inst(Instant at) {
        out.append("#inst \"").append(INST.format(at)).append('"');
    }

    /** A tag and elements, between brackets. */
    void tagged(String name, Iterable<?> elements) {
        out.append("#sojourn/").append(name).append(' ');
        elements("[", elements, "]");
    }

    /** A tag, a name, and elements. */
    void tagged(String name, String first, Iterable<?> elements) {
        out.append("#sojourn/").append(name).append(" [\"").append(first).append("\" ");
        elements("[", elements, "]");
        out.append(']');
    }

    private void elements(String open, Iterable<?> elements, String close) {
        out.append(open);
        Iterator<?> all = elements.iterator();
        for (long i = 0; all.hasNext(); i++) {
            if (i > 0) {
                out.append(' ');
            }
            Object element = all.next();
            path.down(i, element);
            value(element);
            path.up();
        }
        out.append(close);
    }

    private void map(IPersistentMap map) {
        if (map instanceof IRecord) {
            EdnTags.requireReadable(this, map);
            out.append('#').append(map.getClass().getName());
            entries("{", map, "}");
        } else if (map instanceof PersistentArrayMap) {
            boolean isLong =
                    map.count() > LONGEST_ARRAY_MAP; // The reader would make a hash map of it, in another order.
            entries(isLong ? "#sojourn/array-map [" : "{", map, isLong ? "]" : "}");
        } else if (map instanceof PersistentHashMap) {
            boolean isShort = map.count() <= LONGEST_ARRAY_MAP; // And an array map of this.
            long before = foreign;
            entries(isShort ? "#sojourn/hash-map [" : "{", map, isShort ? "]" : "}");
            requireApart(map, RT.keys(map), map.count(), before);
        } else if (map instanceof MarkedMetadata marked) {
            map(marked.plain());
        } else {
            foreign(map);
        }
    }

    /** Keys and values in turn. */
    void entries(String open, IPersistentMap map, String close) {
        out.append(open);
        boolean first = true;
        for (Object each : map) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            if (!first) {
                out.append(' ');
            }
            first = false;
            path.down(entry.getKey(), entry.getValue());
            value(entry.getKey());
            out.append(' ');
            value(entry.getValue());
            path.up();
        }
        out.append(close);
    }

    private void set(IPersistentSet set) {
        if (set instanceof PersistentHashSet) {
            long before = foreign;
            elements("#{", (Iterable<?>) set, "}");
            requireApart(set, RT.seq(set), set.count(), before);
        } else {
            foreign(set);
        }
    }

    /**
     * Clojure finds a float equal to the double of its value, and a Java list to a vector, though they have different hashes.
     * Whether a hash set takes both depends on what else is in it, and in which order it came: the reader may find one twice.
     */
    private void requireApart(Object collection, @Nullable ISeq members, int count, long foreignBefore) {
        if (foreign > foreignBefore && PersistentHashSet.create(members).count() != count) {
            throw path.refusal(
                    collection,
                    "holds values that Clojure finds equal though their types differ, such as a float and a double. Make them"
                            + " one type.",
                    null);
        }
    }

    private void number(Number number) {
        if (number instanceof Long) {
            out.append(number.longValue());
        } else if (number instanceof Double) {
            out.append(doubleText(number.doubleValue()));
        } else if (number instanceof BigInt) {
            out.append(number).append('N');
        } else if (number instanceof BigDecimal decimal) {
            decimal(decimal);
        } else if (number instanceof Ratio ratio && isReduced(ratio)) {
            out.append(ratio);
        } else {
            foreign(number);
        }
    }

    /** The text of the largest and smallest there are has an exponent that is no number any more. */
    private void decimal(BigDecimal decimal) {
        if (Math.abs((long) decimal.scale()) > LARGEST_SCALE) {
            tagged("decimal", EdnTags.vector(decimal.unscaledValue().toString(), (long) decimal.scale()));
        } else {
            out.append(decimal).append('M');
        }
    }

    private static boolean isReduced(Ratio ratio) {
        return ratio.denominator.signum() > 0
                && !ratio.denominator.equals(BigInteger.ONE)
                && ratio.numerator.gcd(ratio.denominator).equals(BigInteger.ONE);
    }

    static String doubleText(double number) {
        if (Double.isNaN(number)) {
            return "##NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "##Inf" : "##-Inf";
        }
        return Double.toString(number);
    }

    private void string(String string) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            tagged("utf-16", EdnTags.codeUnits(string));
            return;
        }
        if (string.length() > maxLength) {
            throw path.refusal(string, "is larger than " + maxLength + " characters.", null);
        }
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    private void character(char c) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            out.append('\\').append(c);
        } else if (Character.isSurrogate(c)) {
            tagged("char", (long) c);
        } else {
            out.append(String.format("\\u%04x", (int) c));
        }
    }

    private void keyword(Keyword keyword) {
        if (isBare(keyword.getNamespace(), true) && isBare(keyword.getName(), false)) {
            out.append(keyword);
        } else {
            tagged("keyword", EdnTags.name(keyword.getNamespace(), keyword.getName()));
        }
    }

    private void symbol(Symbol symbol) {
        String name = symbol.getName();
        boolean isWord = name.equals("nil") || name.equals("true") || name.equals("false");
        if (isBare(symbol.getNamespace(), true) && isBare(name, false) && !isWord) {
            out.append(symbol.getNamespace() == null ? name : symbol.getNamespace() + "/" + name);
        } else {
            tagged("symbol", EdnTags.name(symbol.getNamespace(), name));
        }
    }

    /** Whether a part of a name reads back as it is. Stricter than EDN: what is refused here only gets a tag. */
    private static boolean isBare(@Nullable String part, boolean mayBeMissing) {
        if (part == null) {
            return mayBeMissing;
        }
        if (part.isEmpty() || part.length() > MAX_BARE_NAME || !isNameStart(part.charAt(0))) {
            return false;
        }
        for (int i = 1; i < part.length(); i++) {
            char c = part.charAt(i);
            if (!isNameStart(c) && !(c >= '0' && c <= '9') && ".+-'".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "_*!?<>=$%&".indexOf(c) >= 0;
    }
}
