package io.sojourn.histories;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with the calls on one session; each thing is told once, however often it shows. */
final class SessionCheck {

    private final List<Call> calls;
    private final Failovers failovers;
    private final long staleNanos;

    /** Calls that append, whatever became of them, by their element. */
    private final Map<String, Call> appends = new HashMap<>();

    /** Calls that have read the lists, in the order in which they began. */
    private final List<Call> states;

    private final Map<String, HistoryFinding> findings = new LinkedHashMap<>();

    SessionCheck(List<Call> unordered, Failovers failovers, long staleNanos) {
        this.calls =
                unordered.stream().sorted(Comparator.comparingLong(Call::begin)).toList();
        this.failovers = failovers;
        this.staleNanos = staleNanos;
        for (Call call : calls) {
            if (call.element() != null && call.action().appends()) {
                appends.put(call.element(), call);
            }
        }
        states = calls.stream()
                .filter(call -> call.isOk() && call.lists() != null && call.action() != Action.KNOCK)
                .toList();
    }

    Collection<HistoryFinding> findings() {
        states.forEach(this::elementsAreTheirs);
        appends.values().stream().filter(Call::hasAppended).forEach(this::staysThere);
        orders();
        livesUntilItsEnd();
        staysEnded();
        oldSecretsOpenNothing();
        return findings.values();
    }

    /** Told once for the same subject; an unexplained one is preferred. */
    private void add(HistoryFault fault, String subject, String what, @Nullable Loss loss) {
        HistoryFinding finding = new HistoryFinding(fault, what, loss);
        findings.merge(fault + subject, finding, (a, b) -> a.isUnexplained() ? a : b);
    }

    private long bound(Call read) {
        return read.action().seesPresent() ? 0 : staleNanos;
    }

    /** Whether what was acknowledged by the first call must show in what the second one reads. */
    private boolean mustShow(Call write, Call read) {
        return write.end() < read.begin() - bound(read);
    }

    private void elementsAreTheirs(Call state) {
        if (state.lists() == null) {
            return;
        }
        state.lists().forEach((list, elements) -> {
            Set<String> seen = new HashSet<>();
            for (String element : elements) {
                if (!seen.add(element)) {
                    add(HistoryFault.DUPLICATED, element, element + " stands twice in " + list + " for " + state, null);
                }
                Call append = appends.get(element);
                if (append == null || !list.equals(append.list())) {
                    add(
                            HistoryFault.INVENTED,
                            element,
                            element + ", which no call appends to " + list + ", is read by " + state,
                            null);
                } else if (append.outcome() == Outcome.REFUSED || append.begin() > state.end()) {
                    add(HistoryFault.INVENTED, element, append + ", and yet it is read by " + state, null);
                }
            }
        });
    }

    private void staysThere(Call append) {
        String element = String.valueOf(append.element());
        String list = String.valueOf(append.list());
        @Nullable Call missing = null;
        for (Call state : states) {
            if (state.equals(append) || state.read(list).contains(element)) {
                if (missing != null && state.begin() > missing.end()) {
                    stale(append, missing);
                    missing = null;
                }
            } else if (mustShow(append, state) && !mayMiss(append, state)) {
                missing = missing == null ? state : missing;
            }
        }
        if (missing != null) {
            add(
                    HistoryFault.LOST_APPEND,
                    element,
                    append + " is not seen by " + missing + " or later",
                    failovers.swallowing(append).orElse(null));
        }
    }

    /** A master that was replaced shows nothing of what its successor has written; that is told of as a stale read. */
    private boolean mayMiss(Call append, Call state) {
        Optional<Failover> between = failovers.between(state, append);
        between.ifPresent(failover ->
                add(HistoryFault.STALE_READ, state.toString(), append + " is not seen by " + state, failover));
        return between.isPresent();
    }

    private void stale(Call append, Call state) {
        add(
                HistoryFault.STALE_READ,
                state.toString(),
                append + " is not seen by " + state + ", but by a later call",
                lostAt(append, state).orElse(null));
    }

    /** A successor may lack what its predecessor has acknowledged, and shows as long as it does not know of the successor. */
    private Optional<Loss> lostAt(Call append, Call state) {
        return failovers
                .swallowing(append)
                .filter(loss -> failovers.between(append, state).isPresent());
    }

    private void orders() {
        Set<String> names = new HashSet<>();
        states.forEach(state -> {
            if (state.lists() != null) {
                names.addAll(state.lists().keySet());
            }
        });
        for (String name : names) {
            List<Call> readers =
                    states.stream().filter(state -> state.read(name).size() > 1).toList();
            @Nullable
            Call longest = readers.stream()
                    .max(Comparator.comparingInt(state -> state.read(name).size()))
                    .orElse(null);
            @Nullable Call before = null;
            for (Call reader : readers) {
                if (longest != null) {
                    sameOrder(name, longest, reader);
                }
                if (before != null) {
                    sameOrder(name, before, reader);
                }
                if (before == null || !before.read(name).equals(reader.read(name))) {
                    orderOfTime(name, reader);
                }
                before = reader;
            }
        }
    }

    private void sameOrder(String name, Call one, Call other) {
        List<String> reference = one.read(name);
        List<String> compared = other.read(name);
        int common = Math.min(reference.size(), compared.size());
        if (reference.subList(0, common).equals(compared.subList(0, common))) {
            return; // One goes on where the other one ends.
        }
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < reference.size(); i++) {
            positions.putIfAbsent(reference.get(i), i);
        }
        int last = -1;
        for (String element : compared) {
            Integer position = positions.get(element);
            if (position != null && position < last) {
                add(
                        HistoryFault.TWO_ORDERS,
                        name,
                        element + " of " + name + " has another place for " + one + " than for " + other,
                        null);
                return;
            }
            last = position == null ? last : position;
        }
    }

    private void orderOfTime(String name, Call reader) {
        List<String> elements = reader.read(name);
        long earliestEnd = Long.MAX_VALUE;
        for (int i = elements.size() - 1; i >= 0; i--) {
            Call append = appends.get(elements.get(i));
            if (append == null) {
                continue;
            }
            if (append.begin() > earliestEnd) {
                add(
                        HistoryFault.TWO_ORDERS,
                        name,
                        append + " stands before what had been appended before, for " + reader,
                        null);
                return;
            }
            if (append.isOk()) {
                earliestEnd = Math.min(earliestEnd, append.end());
            }
        }
    }

    private List<Call> acknowledged(Action action) {
        return calls.stream()
                .filter(call -> call.action() == action && call.isOk())
                .toList();
    }

    private void livesUntilItsEnd() {
        List<Call> revocations =
                calls.stream().filter(call -> call.action() == Action.REVOKE).toList();
        for (Call created : acknowledged(Action.CREATE)) {
            calls.stream()
                    .filter(call -> call.action() == Action.READ || call.action() == Action.FINAL_READ)
                    .filter(read -> read.outcome() == Outcome.REFUSED && mustShow(created, read))
                    .filter(read -> revocations.stream().noneMatch(end -> end.begin() < read.end()))
                    .forEach(read -> add(
                            HistoryFault.LOST_SESSION,
                            read.session(),
                            created + " is not found by " + read,
                            whyGone(created, read).orElse(null)));
        }
    }

    /** The session was lost, or the secret that should open it, or both were made at a successor of the master that was read. */
    private Optional<Loss> whyGone(Call created, Call read) {
        return calls.stream()
                .filter(call ->
                        call.isOk() && (call.equals(created) || call.action().replacesSecret()))
                .filter(call -> call.begin() < read.end())
                .flatMap(call -> swallowedOrBetween(call, read).stream())
                .findFirst();
    }

    /** What may have lost a write, or hides it from a read. */
    private Optional<Loss> swallowedOrBetween(Call write, Call read) {
        Optional<Loss> swallowing = failovers.swallowing(write);
        return swallowing.isPresent()
                ? swallowing
                : failovers.between(read, write).map(failover -> failover);
    }

    private void staysEnded() {
        for (Call end : acknowledged(Action.REVOKE)) {
            calls.stream()
                    .filter(call -> call.isOk() && call.begin() > end.end())
                    .filter(call -> call.action().appends()
                            || ((call.action() == Action.READ || call.action() == Action.FINAL_READ)
                                    && mustShow(end, call)))
                    .forEach(call -> add(
                            HistoryFault.RESURRECTED,
                            call.session(),
                            end + ", and yet " + call,
                            swallowedOrBetween(end, call).orElse(null)));
        }
    }

    private void oldSecretsOpenNothing() {
        List<Call> knocks = new ArrayList<>(acknowledged(Action.KNOCK));
        for (Call knock : knocks) {
            Call replacement = appends.get(String.valueOf(knock.element()));
            if (replacement != null && replacement.hasAppended() && mustShow(replacement, knock)) {
                add(
                        HistoryFault.OLD_SECRET,
                        String.valueOf(knock.element()),
                        replacement + ", and yet the secret before opens: " + knock,
                        swallowedOrBetween(replacement, knock).orElse(null));
            }
        }
    }
}
