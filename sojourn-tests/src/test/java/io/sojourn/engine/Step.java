package io.sojourn.engine;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One thing that happens in a history of requests on one store. Requests have numbers; a request that does not exist does
 * nothing, so that any list of steps is a history, and so is any part of one.
 */
sealed interface Step {

    int REQUESTS = 3;

    /** Who may sign in. */
    List<String> PRINCIPALS = List.of("ada", "eve");

    /** The values in the index. */
    List<String> TENANTS = List.of("acme", "zeta");

    /** What becomes of the first write of a save. */
    enum Fault {
        NONE,
        NEVER_ARRIVES,
        REPLY_IS_LOST
    }

    /** A request comes with one of the tokens that were ever made; the number is taken modulo their count. */
    record Open(int request, int token) implements Step {}

    /** A request comes without a token and makes a session. */
    record Create(int request) implements Step {}

    record Put(int request, String name, String value) implements Step {}

    /** Changes the value that the request read, without a call of {@code set}. */
    record PutInPlace(int request, String name, String value) implements Step {}

    record Remove(int request, String name) implements Step {}

    record Read(int request, String name) implements Step {}

    record SetIdleTimeout(int request, Duration timeout) implements Step {}

    record Remember(int request) implements Step {}

    /** Says the value in an index, or that there is none: "". */
    record Index(int request, String tenant) implements Step {}

    record Rotate(int request) implements Step {}

    record SignIn(int request, String principal) implements Step {}

    record SignOut(int request) implements Step {}

    record Save(int request, Fault fault) implements Step {}

    /** Appends to an attribute within an update. */
    record Append(int request, String name, Fault fault) implements Step {}

    /** Rotates within an update. */
    record RotateInUpdate(int request) implements Step {}

    record Revoke(int request) implements Step {}

    record RevokeById(int token) implements Step {}

    /** The time of all sessions in the store is up. */
    record ExpireAll() implements Step {}

    record PassTime(Duration time) implements Step {}

    static Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> requests = Arbitraries.integers().between(0, REQUESTS - 1);
        Arbitrary<Integer> tokens = Arbitraries.integers().between(0, 99);
        // Some are odd: none, and what looks like something else that is stored.
        Arbitrary<String> names = Arbitraries.frequency(
                Tuple.of(6, "a"),
                Tuple.of(4, "b"),
                Tuple.of(1, ""),
                Tuple.of(1, "r"),
                Tuple.of(1, "a:\u00e9\ud83d\ude00"));
        Arbitrary<String> values = Arbitraries.of("1", "2", ModelSession.LARGE);
        Arbitrary<Fault> faults = Arbitraries.frequency(
                Tuple.of(6, Fault.NONE), Tuple.of(1, Fault.NEVER_ARRIVES), Tuple.of(3, Fault.REPLY_IS_LOST));
        Arbitrary<Step> steps = Arbitraries.frequencyOf(
                Tuple.of(6, Combinators.combine(requests, tokens).as(Open::new)),
                Tuple.of(2, requests.map(Create::new)),
                Tuple.of(8, Combinators.combine(requests, names, values).as(Put::new)),
                Tuple.of(3, Combinators.combine(requests, names, values).as(PutInPlace::new)),
                Tuple.of(3, Combinators.combine(requests, names).as(Remove::new)),
                Tuple.of(3, Combinators.combine(requests, names).as(Read::new)),
                Tuple.of(
                        1,
                        Combinators.combine(requests, Arbitraries.of(10L, 20L, 30L))
                                .as((request, minutes) -> new SetIdleTimeout(request, Duration.ofMinutes(minutes)))),
                Tuple.of(1, requests.map(Remember::new)),
                Tuple.of(
                        2,
                        Combinators.combine(requests, Arbitraries.of("", TENANTS.get(0), TENANTS.get(1)))
                                .as(Index::new)),
                Tuple.of(2, requests.map(Rotate::new)),
                Tuple.of(
                        2,
                        Combinators.combine(requests, Arbitraries.of(PRINCIPALS))
                                .as(SignIn::new)),
                Tuple.of(1, requests.map(SignOut::new)),
                Tuple.of(12, Combinators.combine(requests, faults).as(Save::new)),
                Tuple.of(3, Combinators.combine(requests, names, faults).as(Append::new)),
                Tuple.of(1, requests.map(RotateInUpdate::new)),
                Tuple.of(1, requests.map(Revoke::new)),
                Tuple.of(1, tokens.map(RevokeById::new)),
                Tuple.of(1, Arbitraries.just(new ExpireAll())),
                Tuple.of(1, Arbitraries.of(10L, 40L).map(seconds -> new PassTime(Duration.ofSeconds(seconds)))));
        return steps.list().ofMinSize(1).ofMaxSize(60);
    }
}
