package io.sojourn.admin.doctor;

import io.sojourn.log.Printable;
import java.util.ArrayList;
import java.util.List;

/** Counts what is alike, and remembers the first few. */
final class Examples {

    private static final int SHOWN = 3;

    private long count;
    private final List<String> first = new ArrayList<>();

    void add(String example) {
        count++;
        String quoted = Printable.quoted(example);
        if (first.size() < SHOWN && !first.contains(quoted)) {
            first.add(quoted);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** A sentence's beginning, such as {@code 5 keys have no TTL, for example "a", "b"}. */
    String say(String one, String many) {
        String examples = String.join(", ", first);
        return count == 1 ? "1 " + one + ": " + examples : count + " " + many + ", for example " + examples;
    }
}
