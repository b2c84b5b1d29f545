package io.sojourn.races;

import io.sojourn.races.Schedule.Choice;
import io.sojourn.spi.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario in every order of the store's answers, one after the other: each run begins anew and takes the choices of the
 * last one up to the last place where there was another choice.
 *
 * <p>With a node for each request, two calls that lead to the same in either order are run in one order only: of two such
 * calls that follow each other, and that both waited before, the one of the lower node goes first.
 */
final class Explorer {

    private final Scenario scenario;
    private final UnaryOperator<SessionStore> fault;
    private int runs;

    Explorer(Scenario scenario, UnaryOperator<SessionStore> fault) {
        this.scenario = scenario;
        this.fault = fault;
    }

    /** How many orders were run to their end. */
    int runs() {
        return runs;
    }

    /** A failure in words, with its schedule, or null if there is none in any order. */
    @Nullable
    String failure() {
        List<Place> places = new ArrayList<>();
        do {
            Race race = new Race(scenario, fault);
            Path path = new Path(places, scenario.nodes() == scenario.calls().size());
            if (race.run(path)) {
                runs++;
                String failure = told(race);
                if (failure != null) {
                    return failure;
                }
            }
        } while (advance(places));
        return null;
    }

    static @Nullable String told(Race race) {
        List<String> violations = race.violations();
        return violations.isEmpty()
                ? null
                : String.join("\n", violations) + "\nSteps:\n  " + String.join("\n  ", race.steps())
                        + "\nRun it again with -Drace=\"" + race.schedule() + "\"";
    }

    /** Runs one order again, as it was told. */
    static @Nullable String again(Schedule schedule, UnaryOperator<SessionStore> fault) {
        Race race = new Race(schedule.scenario(), fault);
        List<Choice> choices = new ArrayList<>(schedule.choices());
        boolean unused = race.run(parked -> choices.isEmpty() ? new Choice(0, false) : choices.remove(0));
        return told(race);
    }

    /** Runs one order that is chosen at random; one answer in so many is lost, none if that is zero. */
    static @Nullable String random(Scenario scenario, long seed, int oneLostIn, UnaryOperator<SessionStore> fault) {
        Race race = new Race(scenario, fault);
        Random random = new Random(seed);
        boolean unused = race.run(
                parked -> new Choice(random.nextInt(parked.size()), oneLostIn > 0 && random.nextInt(oneLostIn) == 0));
        return told(race);
    }

    /** Where there was a choice. */
    private static final class Place {
        final int count;
        int chosen;

        Place(int count) {
            this.count = count;
        }
    }

    private static boolean advance(List<Place> places) {
        while (!places.isEmpty()) {
            Place last = places.get(places.size() - 1);
            if (++last.chosen < last.count) {
                return true;
            }
            places.remove(places.size() - 1);
        }
        return false;
    }

    private static final class Path implements Race.Chooser {

        private final List<Place> places;
        private final boolean prunes;
        private int depth;
        private @Nullable ParkedCall<?> last;

        Path(List<Place> places, boolean prunes) {
            this.places = places;
            this.prunes = prunes;
        }

        @Override
        public @Nullable Choice choose(List<ParkedCall<?>> parked) {
            List<ParkedCall<?>> allowed = parked.stream()
                    .filter(call -> !prunes || !isRepetition(call))
                    .toList();
            if (allowed.isEmpty()) {
                return null;
            }
            if (depth == places.size()) {
                places.add(new Place(allowed.size()));
            }
            // Which of a sign-in and a revocation was first is decided by the time, so a step can fall away when they
            // are run again.
            ParkedCall<?> next = allowed.get(Math.min(places.get(depth).chosen, allowed.size() - 1));
            depth++;
            last = next;
            return new Choice(parked.indexOf(next), false);
        }

        private boolean isRepetition(ParkedCall<?> call) {
            return last != null && call.parkedAt < depth && call.node < last.node && call.commutesWith(last);
        }
    }
}
