package io.sojourn.races;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A scenario and the order of its steps, as a text that can be kept and run again. */
record Schedule(Scenario scenario, List<Choice> choices) {

    /**
     * One step.
     *
     * @param call which of the calls that wait, counted from zero in the order in which they came
     * @param lost whether the answer is lost
     */
    record Choice(int call, boolean lost) {

        static Choice parse(String text) {
            boolean lost = text.endsWith("x");
            return new Choice(Integer.parseInt(lost ? text.substring(0, text.length() - 1) : text), lost);
        }

        @Override
        public String toString() {
            return call + (lost ? "x" : "");
        }
    }

    Schedule {
        choices = List.copyOf(choices);
    }

    static Schedule parse(String text) {
        int colon = text.indexOf(':');
        String steps = text.substring(colon + 1).strip();
        return new Schedule(
                Scenario.parse(text.substring(0, colon)),
                steps.isEmpty()
                        ? List.of()
                        : new ArrayList<>(Arrays.stream(steps.split(" "))
                                .map(Choice::parse)
                                .toList()));
    }

    @Override
    public String toString() {
        return scenario + ": " + choices.stream().map(Choice::toString).collect(Collectors.joining(" "));
    }
}
