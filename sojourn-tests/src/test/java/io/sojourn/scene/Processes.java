package io.sojourn.scene;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.histories.Action;
import io.sojourn.histories.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Many processes on a few sessions. They decide nothing: every call goes into the record. */
final class Processes implements AutoCloseable {

    private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    private static final int REMEMBERED_ENDS = 64;
    private static final int FINAL = -1;

    private final List<SessionManager> nodes;
    private final Recorder recorder;
    private final long staleNanos;
    private final AtomicReferenceArray<@Nullable LiveSession> living;
    private final AtomicReferenceArray<@Nullable LiveSession> ended = new AtomicReferenceArray<>(REMEMBERED_ENDS);
    private final Queue<LiveSession> all = new ConcurrentLinkedQueue<>();
    private final Queue<String> strange = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * Processes that have not begun.
     *
     * @param staleness how old a state the nodes may read; zero if they always read the present one
     */
    Processes(List<SessionManager> nodes, Recorder recorder, int count, int sessions, Duration staleness) {
        this.nodes = nodes;
        this.recorder = recorder;
        this.staleNanos = staleness.toNanos();
        this.living = new AtomicReferenceArray<>(sessions);
        this.threads = Executors.newFixedThreadPool(count);
        for (int process = 0; process < count; process++) {
            Caller each = new Caller(process);
            running.add(threads.submit(each::run));
        }
    }

    /** Returns when all have stopped; none may be stuck. */
    void stop() throws Exception {
        stopped = true;
        for (Future<?> process : running) {
            try {
                process.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("A process failed", e.getCause());
            }
        }
    }

    /** Failures that are none of the store's, in words. */
    List<String> strange() {
        return List.copyOf(strange);
    }

    /** Reads every session by its id, when all is quiet. */
    void readAll() {
        for (LiveSession session : all) {
            Recorder.Open call = recorder.begin(FINAL, 0, Action.FINAL_READ, session.id);
            Optional<Session> found = findById(session.id);
            call.end(
                    found.isPresent() ? Outcome.OK : Outcome.REFUSED,
                    found.map(Processes::lists).orElse(null));
        }
    }

    /** Once more if it fails: this machine may stand still. */
    private Optional<Session> findById(SessionId id) {
        long start = System.nanoTime();
        while (true) {
            try {
                return nodes.get(0).findById(id);
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - start > LONGEST_CALL.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(A_MOMENT);
            }
        }
    }

    private static Map<String, List<String>> lists(Session session) {
        Map<String, List<String>> lists = new TreeMap<>();
        for (String name : session.names()) {
            List<String> list = session.get(name);
            lists.put(name, list == null ? List.of() : List.copyOf(list));
        }
        return lists;
    }

    private static void append(Session session, String name, String element) {
        List<String> before = session.get(name);
        List<String> list = new ArrayList<>(before == null ? List.of() : before);
        list.add(element);
        session.set(name, list);
    }

    /** One process: it makes one call after the other. */
    private final class Caller {

        private static final String SHARED = "shared";

        private final int number;
        private final String own;
        private long elements;

        Caller(int number) {
            this.number = number;
            this.own = "own" + number;
        }

        void run() {
            ThreadLocalRandom dice = ThreadLocalRandom.current();
            while (!stopped) {
                int slot = dice.nextInt(living.length());
                LiveSession session = living.get(slot);
                try {
                    if (session == null) {
                        create(anyNode(dice), slot);
                    } else {
                        act(dice.nextInt(100), anyNode(dice), slot, session);
                    }
                } catch (StoreUnavailableException e) {
                    LockSupport.parkNanos(A_MOMENT); // A call to a store that is down fails at once.
                } catch (RuntimeException e) {
                    strange.add(e.toString());
                }
            }
        }

        private int anyNode(ThreadLocalRandom dice) {
            return dice.nextInt(nodes.size());
        }

        /** A process that writes back what it has read uses one node, because a near cache elsewhere may not have its last write yet. */
        private int ownNode(int any) {
            return staleNanos == 0 ? any : number % nodes.size();
        }

        private void act(int dice, int node, int slot, LiveSession session) {
            if (dice < 40) {
                save(Action.SAVE, ownNode(node), session);
            } else if (dice < 80) {
                update(node, session);
            } else if (dice < 88) {
                replaceSecret(dice < 84 ? Action.ROTATE : Action.SIGN_IN, ownNode(node), session);
            } else if (dice < 91) {
                revoke(node, slot, session);
            } else {
                knock(node, session);
            }
        }

        private String element() {
            return number + "-" + elements++;
        }

        private void create(int node, int slot) {
            Session session = nodes.get(node).create();
            session.set(SHARED, List.of());
            Recorder.Open call = recorder.begin(number, node, Action.CREATE, session.id());
            Outcome outcome = Outcome.UNKNOWN;
            try {
                outcome = saved(nodes.get(node).save(session));
            } finally {
                call.end(outcome);
            }
            if (outcome == Outcome.OK) {
                LiveSession made = new LiveSession(session.token());
                all.add(made);
                if (!living.compareAndSet(slot, null, made)) {
                    revoke(node, slot, made); // Another process was faster.
                }
            }
        }

        private Outcome saved(SaveOutcome outcome) {
            return outcome == SaveOutcome.SAVED ? Outcome.OK : Outcome.REFUSED;
        }

        /** The session, if there is one. That there is none is recorded if it should be there. */
        private Optional<Session> open(int node, LiveSession session) {
            long start = System.nanoTime();
            while (true) {
                boolean mayBeGone = session.mayBeGone();
                List<SessionToken> candidates = session.candidates();
                Recorder.Open call = recorder.begin(number, node, Action.READ, session.id);
                for (SessionToken candidate : candidates) {
                    Optional<Session> found = nodes.get(node).find(candidate);
                    if (found.isPresent()) {
                        call.end(Outcome.OK, lists(found.get()));
                        return found;
                    }
                }
                if (mayBeGone || session.mayBeGone()) {
                    return Optional.empty();
                }
                if (candidates.equals(session.candidates()) && System.nanoTime() - start >= staleNanos) {
                    call.end(Outcome.REFUSED);
                    session.ending(); // Once is enough.
                    return Optional.empty();
                }
                LockSupport.parkNanos(staleNanos == 0 ? 1 : A_MOMENT);
            }
        }

        private void update(int node, LiveSession session) {
            Optional<Session> found = open(node, session);
            if (found.isEmpty()) {
                return;
            }
            String element = element();
            Recorder.Open call = recorder.begin(number, node, Action.UPDATE, session.id, SHARED, element);
            Outcome outcome = Outcome.UNKNOWN;
            Optional<Map<String, List<String>>> result = Optional.empty();
            try {
                result = nodes.get(node).update(found.get(), current -> {
                    append(current, SHARED, element);
                    return lists(current);
                });
                outcome = result.isPresent() ? Outcome.OK : Outcome.REFUSED;
            } finally {
                call.end(outcome, result.orElse(null));
            }
        }

        private Outcome save(Action action, int node, LiveSession session) {
            Optional<Session> found = open(node, session);
            if (found.isEmpty()) {
                return Outcome.REFUSED;
            }
            Session state = found.get();
            String element = element();
            append(state, own, element);
            SessionToken next = null;
            if (action == Action.ROTATE) {
                next = state.rotate();
            } else if (action == Action.SIGN_IN) {
                next = state.signIn("user of " + session.id);
            }
            if (next != null) {
                session.replacing(next);
            }
            Recorder.Open call = recorder.begin(number, node, action, session.id, own, element);
            Outcome outcome = Outcome.UNKNOWN;
            try {
                outcome = saved(nodes.get(node).save(state));
                if (outcome == Outcome.OK && !state.id().equals(session.id)) {
                    outcome = Outcome.REFUSED; // A sign-in that came too late has made a session of its own.
                }
            } finally {
                call.end(outcome);
            }
            if (next != null && outcome == Outcome.OK) {
                session.replaced(next, element);
            }
            return outcome;
        }

        private void replaceSecret(Action action, int node, LiveSession session) {
            if (session.identity.tryLock()) {
                try {
                    Outcome unused = save(action, node, session);
                } finally {
                    session.identity.unlock();
                }
            }
        }

        private void revoke(int node, int slot, LiveSession session) {
            if (!session.identity.tryLock()) {
                return;
            }
            try {
                session.ending();
                Recorder.Open call = recorder.begin(number, node, Action.REVOKE, session.id);
                Outcome outcome = Outcome.UNKNOWN;
                try {
                    boolean unused = nodes.get(node).revoke(session.id);
                    outcome = Outcome.OK;
                } finally {
                    call.end(outcome);
                }
                ended.set(ends.getAndIncrement() % REMEMBERED_ENDS, session);
                living.compareAndSet(slot, session, null);
            } finally {
                session.identity.unlock();
            }
        }

        /** With what must open nothing. */
        private void knock(int node, LiveSession session) {
            LiveSession.Replaced replaced = session.replaced().peek();
            if (replaced != null) {
                find(
                        node,
                        replaced.token(),
                        recorder.begin(number, node, Action.KNOCK, session.id, null, replaced.replacedBy()));
            }
            LiveSession dead = ended.get(ThreadLocalRandom.current().nextInt(REMEMBERED_ENDS));
            if (dead != null) {
                find(node, dead.candidates().get(0), recorder.begin(number, node, Action.READ, dead.id));
            }
        }

        private void find(int node, SessionToken token, Recorder.Open call) {
            Outcome outcome = Outcome.UNKNOWN;
            Optional<Session> found = Optional.empty();
            try {
                found = nodes.get(node).find(token);
                outcome = found.isPresent() ? Outcome.OK : Outcome.REFUSED;
            } finally {
                call.end(outcome, found.map(Processes::lists).orElse(null));
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
