package io.sojourn.histories;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides from a record alone what is wrong with a history. Sessions have nothing to do with each other, so each is looked at
 * alone. For each session, it holds every state that was read against the calls that were acknowledged before:
 *
 * <ul>
 *   <li>An element that was appended, and that was acknowledged before the read began, must be in the state. If a later read
 *       shows it, the read was stale; if not, the append is lost.
 *   <li>Elements that are in several states must be in the same order in all of them, and in the order in which they were
 *       appended if one call ended before the other began.
 *   <li>Each element must be there once, and its append must have begun and not been refused.
 *   <li>A session is there from the end of its creation until a process asks for its end, and never after that was acknowledged.
 * </ul>
 *
 * <p>An acknowledged write may be missing only if the record shows the failover that swallowed it: a later master had less of the
 * replication stream of the master that acknowledged the write than the offset at which it was written. It may also be missing if all
 * keys of its master were deleted after it ({@link Flush}). A read may miss
 * what a successor has written if the master that answered it had been replaced.
 */
public final class HistoryChecker {

    private final long staleNanos;

    /**
     * A checker.
     *
     * @param staleness how old a state a {@link Action#READ} may show; zero if it must show the present one
     */
    public HistoryChecker(Duration staleness) {
        this.staleNanos = staleness.toNanos();
    }

    /** What is wrong with a history. */
    public Verdict check(RecordedHistory history) {
        Failovers failovers = new Failovers(history.failovers(), history.flushes());
        Map<String, List<Call>> sessions = history.calls().stream()
                .collect(Collectors.groupingBy(Call::session, TreeMap::new, Collectors.toList()));
        List<HistoryFinding> findings = new ArrayList<>();
        sessions.values().forEach(calls -> findings.addAll(new SessionCheck(calls, failovers, staleNanos).findings()));
        return new Verdict(
                history.calls().size(),
                history.calls().stream().filter(Call::isOk).count(),
                history.calls().stream()
                        .filter(call -> call.outcome() == Outcome.UNKNOWN)
                        .count(),
                history.failovers().size(),
                List.copyOf(findings));
    }
}
