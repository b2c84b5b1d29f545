package io.sojourn.histories;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a process, as the process saw it.
 *
 * @param process which process; it makes one call after the other
 * @param node the node of the application that was called
 * @param session which session
 * @param list the list that the element is appended to; null if the call appends nothing
 * @param element unique in the whole history; null if the call appends nothing, but for a {@link Action#KNOCK}
 * @param begin when the process made the call, in nanoseconds of the machine
 * @param end when the process had the answer
 * @param origins the masters that may have answered, one mostly; empty if that is not known, or a copy was read
 * @param lists what was read, the lists by their names; null if nothing was read. A list that is missing is empty.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Call(
        int process,
        int node,
        Action action,
        String session,
        @Nullable String list,
        @Nullable String element,
        long begin,
        long end,
        Outcome outcome,
        List<Origin> origins,
        @Nullable Map<String, List<String>> lists)
        implements Entry {

    boolean isOk() {
        return outcome == Outcome.OK;
    }

    /** Whether an element was appended, and that was acknowledged. */
    public boolean hasAppended() {
        return isOk() && action.appends();
    }

    List<String> read(String name) {
        return lists == null ? List.of() : lists.getOrDefault(name, List.of());
    }

    /** This call with the masters that may have answered it. */
    public Call withOrigins(List<Origin> known) {
        return new Call(process, node, action, session, list, element, begin, end, outcome, known, lists);
    }

    /** This call with something else read. */
    public Call withLists(Map<String, List<String>> other) {
        return new Call(process, node, action, session, list, element, begin, end, Outcome.OK, origins, other);
    }

    /** In words, without what was read. */
    @Override
    public String toString() {
        return "process " + process + " on node " + node + " " + action + (element == null ? "" : " " + element)
                + " of " + session + " [" + begin + ", " + end + "] " + outcome
                + (origins.isEmpty() ? "" : " by " + origins);
    }
}
