package io.sojourn.history;

import io.sojourn.Session;
import io.sojourn.SessionId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was acknowledged on a session by some moment, to be held against a state that was read after it. */
final class Accounts {

    static final String COUNT = "count";

    private final Ledger ledger;
    private final Ledger.Acknowledged increments;
    private final Map<Integer, Ledger.Acknowledged> columns = new TreeMap<>();

    Accounts(Ledger ledger) {
        this.ledger = ledger;
        this.increments = ledger.increments();
        ledger.columns().forEach((writer, column) -> columns.put(writer, column.acknowledged));
    }

    static String attribute(int writer) {
        return "w" + writer;
    }

    static long count(Session session) {
        Long count = session.get(COUNT);
        return count == null ? -1 : count;
    }

    void compare(Session session, Findings findings) {
        compareCount(session.id(), ledger, increments, count(session), findings);
        columns.forEach((writer, acknowledged) -> compare(
                "writer " + writer + " on " + session.id(),
                session.get(attribute(writer), Long.class).orElse(0L),
                acknowledged,
                ledger.column(writer).asked,
                findings));
    }

    /** Increments that were lost are lost from then on, and are told once. */
    static void compareCount(
            SessionId id, Ledger ledger, Ledger.Acknowledged acknowledged, long stored, Findings findings) {
        compare("increments of " + id, stored, acknowledged, ledger.incrementsAsked.get(), findings);
        long missing = acknowledged.value() - stored;
        if (missing > 0) {
            ledger.withoutIncrements(missing);
        }
    }

    /** A number that only grows. */
    static void compare(String what, long stored, Ledger.Acknowledged acknowledged, long asked, Findings findings) {
        if (stored < acknowledged.value()) {
            findings.add(
                    Finding.Kind.LOST_WRITE,
                    what + ": acknowledged " + acknowledged.value() + ", not there",
                    List.of(acknowledged.at()));
        } else if (stored > asked) {
            findings.add(Finding.Kind.INVENTED, what + ": " + stored + ", asked for " + asked, List.of());
        }
    }
}
