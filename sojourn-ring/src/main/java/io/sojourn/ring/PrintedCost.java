package io.sojourn.ring;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts what the keys cost in a text that an application's print method made, and that {@code clojure.edn} will read. It only
 * looks at where maps and sets begin and end, and takes the worst case: that all that lies in one is a key of the same hash.
 */
final class PrintedCost {

    /** A map, set or other collection that is not complete. */
    private static final class Open {
        /** How many of its parts is one key: none for 0. */
        final int step;

        long count;
        long sum;

        Open(int step) {
            this.step = step;
        }

        long keys() {
            return step == 0 ? 0 : count / step;
        }

        /** What it weighs as a part of another one. */
        long weight() {
            return 1 + Math.multiplyExact(Math.max(1, keys()), sum);
        }
    }

    private final String text;
    private final KeyCost cost;
    private final Deque<Open> open = new ArrayDeque<>();
    private int at;

    private PrintedCost(String text, KeyCost cost) {
        this.text = text;
        this.cost = cost;
        open.push(new Open(0));
    }

    /** Counts the text of a value; throws a {@link TooCostlyException} if it takes too long to read. */
    static void count(String text, KeyCost cost) {
        PrintedCost printed = new PrintedCost(text, cost);
        try {
            printed.all();
            cost.weigh(printed.open.getLast().sum);
        } catch (ArithmeticException e) {
            throw new TooCostlyException();
        }
    }

    private void all() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '(', '[', '{' -> {
                    boolean isSet = c == '{' && at > 0 && text.charAt(at - 1) == '#';
                    open.push(new Open(isSet ? 1 : c == '{' ? 2 : 0));
                    at++;
                }
                case ')', ']', '}' -> {
                    at++;
                    close();
                }
                case '"' -> part(string());
                case ';' -> {
                    int end = text.indexOf('\n', at);
                    at = end < 0 ? text.length() : end;
                }
                default -> {
                    if (Character.isWhitespace(c) || c == ',' || c == '#' || c == '^') {
                        at++;
                    } else {
                        part(token());
                    }
                }
            }
        }
    }

    private void close() {
        Open done = open.pop();
        cost.spend(Math.multiplyExact(done.keys(), done.sum));
        if (open.isEmpty()) {
            open.push(new Open(0)); // It is malformed, and not read to here.
        }
        add(done.weight());
    }

    private void part(long characters) {
        add(1 + characters / 8);
    }

    private void add(long weight) {
        Open around = open.element();
        around.count++;
        around.sum = Math.addExact(around.sum, weight);
    }

    private int string() {
        int from = at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
        return at - from;
    }

    private int token() {
        int from = at;
        at += text.charAt(at) == '\\' ? 2 : 1; // A character may be a bracket.
        while (at < text.length() && !isDelimiter(text.charAt(at))) {
            at++;
        }
        int length = Math.min(at, text.length()) - from;
        if (length > EdnParser.MAX_DIGITS + 20) {
            throw new TooCostlyException(); // No name is so long, and a number takes the square of it.
        }
        if (length > 40) {
            add((long) length * length / 20); // It may be a decimal fraction.
        }
        return length;
    }

    private static boolean isDelimiter(char c) {
        return Character.isWhitespace(c) || ",\"()[]{};\\^".indexOf(c) >= 0;
    }
}
