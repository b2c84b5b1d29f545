package io.sojourn.histories;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** One change to a history that is right, after which it has a fault of this kind. */
enum Mutation {
    LOST_APPEND {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<String> last = last(history);
            return pick(calls(history, call -> call.hasAppended() && last.contains(call.element())), random)
                    .map(lost -> each(history, call -> without(call, String.valueOf(lost.element()))));
        }
    },

    STALE_READ {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<String> last = last(history);
            List<Call> reads = calls(
                    history,
                    call -> call.action() == Action.READ
                            && lateElements(history, call).stream().anyMatch(last::contains));
            return pick(reads, random).map(read -> {
                List<String> late = lateElements(history, read).stream()
                        .filter(last::contains)
                        .toList();
                String missed = late.get(random.nextInt(late.size()));
                return each(history, call -> call.equals(read) ? without(call, missed) : call);
            });
        }
    },

    LOST_SESSION {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            return calls(history, call -> call.action() == Action.REVOKE).isEmpty()
                    ? pick(calls(history, call -> call.action() == Action.READ && call.isOk()), random)
                            .map(read -> each(history, call -> call.equals(read) ? refused(call) : call))
                    : Optional.empty();
        }
    },

    DUPLICATED {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            return pick(calls(history, call -> call.read(MadeUp.LIST).size() > 0), random)
                    .map(read -> each(history, call -> {
                        List<String> twice = new ArrayList<>(call.read(MadeUp.LIST));
                        twice.add(twice.isEmpty() ? "" : twice.get(random.nextInt(twice.size())));
                        return call.equals(read) ? showing(call, twice) : call;
                    }));
        }
    },

    INVENTED {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<Call> refused = calls(history, call -> call.action().appends() && call.outcome() == Outcome.REFUSED);
            String element = pick(refused, random)
                    .map(call -> String.valueOf(call.element()))
                    .orElse("nobody's");
            return pick(calls(history, call -> call.lists() != null), random)
                    .map(read -> each(history, call -> {
                        List<String> more = new ArrayList<>(call.read(MadeUp.LIST));
                        more.add(element);
                        return call.equals(read) ? showing(call, more) : call;
                    }));
        }
    },

    TWO_ORDERS {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<Call> longer = calls(history, call -> call.read(MadeUp.LIST).size() > 1);
            return longer.size() < 2
                    ? Optional.empty()
                    : pick(longer, random)
                            .map(read -> each(history, call -> {
                                List<String> swapped = new ArrayList<>(call.read(MadeUp.LIST));
                                if (call.equals(read)) {
                                    Collections.swap(swapped, 0, 1); // The other one has these two as well.
                                }
                                return call.equals(read) ? showing(call, swapped) : call;
                            }));
        }
    },

    RESURRECTED {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<Call> ends = calls(history, call -> call.action() == Action.REVOKE && call.isOk());
            List<Call> after = calls(
                    history,
                    call -> (call.action() == Action.READ || call.action() == Action.FINAL_READ)
                            && ends.stream().anyMatch(end -> end.end() < call.begin()));
            return pick(after, random)
                    .map(read -> each(history, call -> call.equals(read) ? call.withLists(Map.of()) : call));
        }
    },

    OLD_SECRET {
        @Override
        Optional<RecordedHistory> of(RecordedHistory history, Random random) {
            List<Call> knocks = calls(
                    history,
                    call -> call.action() == Action.KNOCK
                            && history.calls().stream()
                                    .anyMatch(rotation -> rotation.hasAppended()
                                            && String.valueOf(rotation.element())
                                                    .equals(call.element())
                                            && rotation.end() < call.begin()));
            return pick(knocks, random)
                    .map(knock -> each(history, call -> call.equals(knock) ? call.withLists(Map.of()) : call));
        }
    };

    /** The history with this fault; empty if it has no place for it. */
    abstract Optional<RecordedHistory> of(RecordedHistory history, Random random);

    final HistoryFault fault() {
        return HistoryFault.valueOf(name());
    }

    private interface Change {
        Call of(Call call);
    }

    private static RecordedHistory each(RecordedHistory history, Change change) {
        return new RecordedHistory(
                history.calls().stream().map(change::of).toList(), history.failovers(), history.flushes());
    }

    private static List<Call> calls(RecordedHistory history, Predicate<Call> which) {
        return history.calls().stream().filter(which).toList();
    }

    private static Optional<Call> pick(List<Call> calls, Random random) {
        return calls.isEmpty() ? Optional.empty() : Optional.of(calls.get(random.nextInt(calls.size())));
    }

    private static List<String> last(RecordedHistory history) {
        return history.calls().get(history.calls().size() - 1).read(MadeUp.LIST);
    }

    /** What was acknowledged before a read began. */
    private static List<String> lateElements(RecordedHistory history, Call read) {
        return calls(history, call -> call.hasAppended() && call.end() < read.begin()).stream()
                .map(call -> String.valueOf(call.element()))
                .filter(read.read(MadeUp.LIST)::contains)
                .toList();
    }

    private static Call showing(Call call, List<String> elements) {
        return call.withLists(Map.of(MadeUp.LIST, elements));
    }

    private static Call without(Call call, String element) {
        return call.lists() == null || element.equals(call.element())
                ? call
                : showing(
                        call,
                        call.read(MadeUp.LIST).stream()
                                .filter(each -> !each.equals(element))
                                .toList());
    }

    private static Call refused(Call call) {
        return new Call(
                call.process(),
                call.node(),
                call.action(),
                call.session(),
                call.list(),
                call.element(),
                call.begin(),
                call.end(),
                Outcome.REFUSED,
                call.origins(),
                null);
    }
}
