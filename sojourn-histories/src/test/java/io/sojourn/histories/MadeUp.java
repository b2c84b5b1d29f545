package io.sojourn.histories;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A history of one session that was made up for a test; times are small numbers, in nanoseconds. */
final class MadeUp {

    static final String LIST = "list";

    private final List<Call> calls = new ArrayList<>();
    private final List<Failover> failovers = new ArrayList<>();
    private final List<Flush> flushes = new ArrayList<>();

    MadeUp() {
        add(Action.CREATE, null, 0, 1, Outcome.OK, null);
    }

    private MadeUp add(
            Action action,
            @Nullable String element,
            long begin,
            long end,
            Outcome outcome,
            @Nullable List<String> read,
            Origin... origins) {
        calls.add(new Call(
                calls.size(),
                0,
                action,
                "session",
                action.appends() ? LIST : null,
                element,
                begin,
                end,
                outcome,
                List.of(origins),
                read == null ? null : Map.of(LIST, read)));
        return this;
    }

    MadeUp append(String element, long begin, long end, Origin... origins) {
        return append(Action.SAVE, element, begin, end, Outcome.OK, origins);
    }

    MadeUp append(Action action, String element, long begin, long end, Outcome outcome, Origin... origins) {
        return add(action, element, begin, end, outcome, null, origins);
    }

    MadeUp update(String element, long begin, long end, String... committedOn) {
        List<String> read = new ArrayList<>(List.of(committedOn));
        read.add(element);
        return add(Action.UPDATE, element, begin, end, Outcome.OK, read);
    }

    MadeUp read(long begin, long end, String... elements) {
        return add(Action.READ, null, begin, end, Outcome.OK, List.of(elements));
    }

    MadeUp readAt(Origin origin, long begin, long end, String... elements) {
        return add(Action.READ, null, begin, end, Outcome.OK, List.of(elements), origin);
    }

    MadeUp finallyRead(long begin, String... elements) {
        return add(Action.FINAL_READ, null, begin, begin + 1, Outcome.OK, List.of(elements));
    }

    MadeUp findsNothing(Action action, long begin, long end) {
        return add(action, null, begin, end, Outcome.REFUSED, null);
    }

    MadeUp revoke(long begin, long end, Outcome outcome, Origin... origins) {
        return add(Action.REVOKE, null, begin, end, outcome, null, origins);
    }

    MadeUp knock(String replacedBy, long begin, long end, Outcome outcome) {
        return add(Action.KNOCK, replacedBy, begin, end, outcome, null);
    }

    MadeUp createdAt(Origin origin) {
        calls.set(0, calls.get(0).withOrigins(List.of(origin)));
        return this;
    }

    MadeUp failover(long at, String from, String to, long offset) {
        failovers.add(new Failover(at, from, to, offset));
        return this;
    }

    MadeUp flush(long at, String master, long offset) {
        flushes.add(new Flush(at, master, offset));
        return this;
    }

    RecordedHistory history() {
        return new RecordedHistory(List.copyOf(calls), List.copyOf(failovers), List.copyOf(flushes));
    }
}
