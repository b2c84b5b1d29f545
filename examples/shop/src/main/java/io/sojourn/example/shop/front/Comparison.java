package io.sojourn.example.shop.front;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What each of Spring Session's repositories sent to Redis for a click. */
record Comparison(List<Cost> costs) {

    /** Both, one after the other. */
    Comparison and(Comparison next) {
        return new Comparison(IntStream.range(0, costs.size())
                .mapToObj(i -> costs.get(i).and(next.costs.get(i)))
                .toList());
    }

    /**
     * What one of them sent.
     *
     * @param repository the name of the repository's class
     * @param able whether it can do what was clicked
     * @param millis how long the HTTP request took, as the balancer measured it
     */
    record Cost(String repository, boolean able, double millis, List<Command> commands) {

        Cost and(Cost next) {
            Stream<Command> later =
                    next.commands.stream().map(each -> new Command(each.command, millis + each.afterMillis));
            return new Cost(
                    repository,
                    able && next.able,
                    millis + next.millis,
                    Stream.concat(commands.stream(), later).toList());
        }
    }

    /** A command, and how long after the beginning of the request Redis got it. */
    record Command(String command, double afterMillis) {}
}
