package io.sojourn.benchmarks.profile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A method, called from another, with what was sampled in it and below it. */
final class Frame {

    private final Map<String, Frame> callees = new TreeMap<>();
    private long weight;

    /** Adds a sample; the stack begins with the outermost method. */
    void add(List<String> stack, long sampled) {
        weight += sampled;
        if (!stack.isEmpty()) {
            callees.computeIfAbsent(stack.get(0), name -> new Frame()).add(stack.subList(1, stack.size()), sampled);
        }
    }

    long weight() {
        return weight;
    }

    Map<String, Frame> callees() {
        return callees;
    }

    int depth() {
        return 1 + callees.values().stream().mapToInt(Frame::depth).max().orElse(0);
    }
}
