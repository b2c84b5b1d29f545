package io.sojourn.races;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What happens at the same time.
 *
 * @param calls one request each
 * @param nodes how many nodes of the application there are; the requests go to one after the other
 * @param signedIn whether a user is signed in at the start
 * @param merges whether saves from before a sign-in are merged after it
 * @param whole whether a call to the store and its answer are one step
 * @param enters whether the index is to be told by now that the session lives longer, so that each use enters it again
 */
record Scenario(List<Kind> calls, int nodes, boolean signedIn, boolean merges, boolean whole, boolean enters) {

    static Scenario parse(String text) {
        String[] parts = text.split(" ", 6);
        return new Scenario(
                Arrays.stream(parts[0].split("\\+")).map(Kind::valueOf).toList(),
                Integer.parseInt(parts[1]),
                Boolean.parseBoolean(parts[2]),
                Boolean.parseBoolean(parts[3]),
                Boolean.parseBoolean(parts[4]),
                Boolean.parseBoolean(parts[5]));
    }

    @Override
    public String toString() {
        return calls.stream().map(Kind::name).collect(Collectors.joining("+")) + " " + nodes + " " + signedIn + " "
                + merges + " " + whole + " " + enters;
    }
}
