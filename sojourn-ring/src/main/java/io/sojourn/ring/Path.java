package io.sojourn.ring;

import clojure.lang.Keyword;
import clojure.lang.Symbol;
import io.sojourn.ValueNotAcceptedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The way from an attribute down to the value that is being written: how far, and through which keys and positions. */
final class Path {

    /**
     * How many collections may lie in one another. The readers go down as deep as the data does, on the stack of whatever
     * thread asks; this much fits into half a megabyte.
     */
    static final int MAX_DEPTH = 300;

    private static final int LONGEST_KEY = 40;

    private final String attribute;
    private final Deque<Object> steps = new ArrayDeque<>();

    Path(String attribute) {
        this.attribute = attribute;
    }

    void down(@Nullable Object step, @Nullable Object value) {
        steps.addLast(step == null ? "nil" : step);
        if (steps.size() > MAX_DEPTH) {
            throw refusal(value, "lies deeper than " + MAX_DEPTH + " collections in one another.", null);
        }
    }

    void up() {
        steps.removeLast();
    }

    ValueNotAcceptedException refusal(@Nullable Object value, String reason, @Nullable Throwable cause) {
        String type = value == null ? "nil" : value.getClass().getName();
        return new ValueNotAcceptedException(attribute, type, "at " + this + " " + reason, cause);
    }

    /** As {@code get-in} takes it. Keys that could hold anything are shown by their type alone. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ", "[", "]");
        int shown = 0;
        for (Object step : steps) {
            if (++shown > 20) {
                text.add("…");
                break;
            }
            text.add(show(step));
        }
        return text.toString();
    }

    private static String show(Object step) {
        if (step instanceof Keyword || step instanceof Symbol || step instanceof Number) {
            return step.toString();
        }
        if (step instanceof String string && string.length() <= LONGEST_KEY) {
            return '"' + string + '"';
        }
        return "<" + step.getClass().getSimpleName() + ">";
    }
}
