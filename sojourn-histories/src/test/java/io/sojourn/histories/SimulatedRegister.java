package io.sojourn.histories;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A session that does all it should, and processes that call it at the same time. Each call is carried out at one moment between
 * its begin and its end. Some calls have an unknown end, whether they were carried out or not.
 */
final class SimulatedRegister {

    private static final int PROCESSES = 4;
    private static final int STEPS = 200;

    /** A call that has begun. */
    private static final class Pending {
        final Action action;
        final long begin;
        final @Nullable String element;
        boolean done;
        Outcome outcome = Outcome.UNKNOWN;

        @Nullable
        List<String> read;

        Pending(Action action, long begin, @Nullable String element) {
            this.action = action;
            this.begin = begin;
            this.element = element;
        }
    }

    private final Random random;
    private final List<Call> calls = new ArrayList<>();
    private final @Nullable Pending[] pending = new Pending[PROCESSES];
    private List<String> list = new ArrayList<>();
    private boolean isThere = true;
    private @Nullable String secretOf;
    private long time = 10;
    private int elements;

    private SimulatedRegister(long seed) {
        random = new Random(seed);
    }

    static RecordedHistory history(long seed) {
        return new SimulatedRegister(seed).run();
    }

    private RecordedHistory run() {
        calls.add(call(0, new Pending(Action.CREATE, 0, null), 1, Outcome.OK));
        for (int step = 0; step < STEPS; step++) {
            time++;
            int process = random.nextInt(PROCESSES);
            Pending now = pending[process];
            if (now == null) {
                pending[process] = begin();
            } else if (!now.done) {
                carryOut(now);
            } else {
                end(process, now);
            }
        }
        for (int process = 0; process < PROCESSES; process++) {
            Pending now = pending[process];
            if (now != null) {
                calls.add(call(process, now, ++time, Outcome.UNKNOWN));
            }
        }
        Pending last = new Pending(Action.FINAL_READ, ++time, null);
        carryOut(last);
        calls.add(call(0, last, ++time, last.outcome));
        return new RecordedHistory(List.copyOf(calls), List.of());
    }

    private Pending begin() {
        int dice = random.nextInt(100);
        if (dice < 3) {
            return new Pending(Action.REVOKE, time, null);
        } else if (dice < 40) {
            return new Pending(Action.READ, time, null);
        } else if (dice < 50 && secretOf != null) {
            return new Pending(Action.KNOCK, time, secretOf);
        }
        Action action =
                dice < 75 ? Action.UPDATE : dice < 90 ? Action.SAVE : dice < 95 ? Action.ROTATE : Action.SIGN_IN;
        return new Pending(action, time, "e" + elements++);
    }

    private void carryOut(Pending now) {
        now.done = true;
        if (!isThere || now.action == Action.KNOCK) {
            now.outcome = Outcome.REFUSED;
            return;
        }
        now.outcome = Outcome.OK;
        if (now.action == Action.REVOKE) {
            isThere = false;
        } else if (now.element != null) {
            list = new ArrayList<>(list);
            list.add(now.element);
            secretOf = now.action.replacesSecret() ? now.element : secretOf;
        }
        boolean reads = now.action == Action.READ || now.action.seesPresent();
        now.read = reads ? list : null;
    }

    /** Revocations are acknowledged though there was nothing to end. */
    private void end(int process, Pending now) {
        pending[process] = null;
        boolean isKnown = random.nextInt(10) > 0;
        Outcome told = now.action == Action.REVOKE ? Outcome.OK : now.outcome;
        calls.add(call(process, now, time, isKnown ? told : Outcome.UNKNOWN));
    }

    private static Call call(int process, Pending now, long end, Outcome outcome) {
        boolean showsRead = outcome == Outcome.OK && now.read != null;
        return new Call(
                process,
                0,
                now.action,
                "session",
                now.action.appends() ? MadeUp.LIST : null,
                now.element,
                now.begin,
                end,
                outcome,
                List.of(),
                showsRead ? Map.of(MadeUp.LIST, now.read) : null);
    }
}
