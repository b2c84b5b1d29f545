package io.sojourn.history;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All that a history has shown and should not have; each thing counts once, however often it is seen. */
final class Findings {

    private final Losses losses;
    private final Set<Finding> all = ConcurrentHashMap.newKeySet();

    Findings(Losses losses) {
        this.losses = losses;
    }

    void add(Finding.Kind kind, String what, List<Long> acknowledgedAt) {
        all.add(new Finding(kind, what, acknowledgedAt));
    }

    /** In words, at most twenty of them. */
    List<String> all() {
        return told(finding -> true);
    }

    /** Those that the loss of a server does not explain. */
    List<String> unexplained() {
        return told(finding -> !finding.isExplainedBy(losses));
    }

    /** Those that the loss of a server could not even explain. */
    List<String> inexcusable() {
        return told(finding -> finding.acknowledgedAt().isEmpty());
    }

    private List<String> told(Predicate<Finding> which) {
        return all.stream()
                .filter(which)
                .limit(20)
                .map(finding -> finding.kind() + ": " + finding.what())
                .toList();
    }

    private Map<Finding.Kind, Long> counts(boolean explained) {
        return all.stream()
                .filter(finding -> finding.isExplainedBy(losses) == explained)
                .collect(Collectors.groupingBy(Finding::kind, TreeMap::new, Collectors.counting()));
    }

    @Override
    public String toString() {
        return "lost with a server " + counts(true) + ", unexplained " + counts(false);
    }
}
