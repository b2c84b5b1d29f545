package io.sojourn.histories;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a checker says of a history.
 *
 * @param calls how many calls there were
 * @param acknowledged how many of them were carried out
 * @param unknown how many of them have no known end
 * @param failovers how often a master was replaced
 */
public record Verdict(long calls, long acknowledged, long unknown, long failovers, List<HistoryFinding> findings) {

    /** Those that a failover explains. */
    public List<HistoryFinding> explained() {
        return which(Predicate.not(HistoryFinding::isUnexplained));
    }

    /** Those that nothing in the record explains. */
    public List<HistoryFinding> unexplained() {
        return which(HistoryFinding::isUnexplained);
    }

    private List<HistoryFinding> which(Predicate<HistoryFinding> kind) {
        return findings.stream().filter(kind).toList();
    }

    private static Map<HistoryFault, Long> counts(List<HistoryFinding> findings) {
        return findings.stream()
                .collect(Collectors.groupingBy(HistoryFinding::fault, TreeMap::new, Collectors.counting()));
    }

    @Override
    public String toString() {
        return calls + " calls, " + acknowledged + " acknowledged, " + unknown + " unknown, " + failovers
                + " failovers, explained " + counts(explained()) + ", unexplained " + counts(unexplained());
    }
}
