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
public record Verdict(long calls, long acknowledged, long unknown, long failovers, List<Finding> findings) {

    /** Those that a failover explains. */
    public List<Finding> explained() {
        return which(Predicate.not(Finding::isUnexplained));
    }

    /** Those that nothing in the record explains. */
    public List<Finding> unexplained() {
        return which(Finding::isUnexplained);
    }

    private List<Finding> which(Predicate<Finding> kind) {
        return findings.stream().filter(kind).toList();
    }

    private static Map<Fault, Long> counts(List<Finding> findings) {
        return findings.stream().collect(Collectors.groupingBy(Finding::fault, TreeMap::new, Collectors.counting()));
    }

    @Override
    public String toString() {
        return calls + " calls, " + acknowledged + " acknowledged, " + unknown + " unknown, " + failovers
                + " failovers, explained " + counts(explained()) + ", unexplained " + counts(unexplained());
    }
}
