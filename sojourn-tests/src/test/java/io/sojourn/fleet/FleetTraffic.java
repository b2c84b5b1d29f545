package io.sojourn.fleet;

import io.sojourn.StoreUnavailableException;
import io.sojourn.histories.Action;
import io.sojourn.histories.Call;
import io.sojourn.histories.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Processes that read and change a few sessions on all nodes; every call is recorded. */
final class FleetTraffic implements AutoCloseable {

    private static final int PROCESSES = 12;
    private static final int SESSIONS = 60;
    private static final String SHARED = "shared";

    /** A place for a node; requests hold it while they use the node. */
    private static final class Place {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

        @Nullable
        FleetNode node;
    }

    /** A session. While its secret is replaced, or it is ended, no other process uses it; so each knows the token. */
    private static final class Live {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        volatile String token;

        Live(String token) {
            this.token = token;
        }

        String id() {
            return token.substring(0, 22);
        }
    }

    private final List<Place> places = new ArrayList<>();
    private final AtomicReferenceArray<@Nullable Live> sessions = new AtomicReferenceArray<>(SESSIONS);
    private final Queue<String> all = new ConcurrentLinkedQueue<>();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Queue<String> strange = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    FleetTraffic(int nodes) {
        for (int i = 0; i < nodes; i++) {
            places.add(new Place());
        }
    }

    /** Puts a node in the place of another one, which is closed when its requests have ended. */
    void replace(int place, FleetNode next) {
        Place at = places.get(place);
        at.lock.writeLock().lock();
        try {
            if (at.node != null) {
                at.node.close();
            }
            at.node = next;
        } finally {
            at.lock.writeLock().unlock();
        }
    }

    void start() {
        for (int process = 0; process < PROCESSES; process++) {
            Caller each = new Caller(process);
            running.add(threads.submit(each::run));
        }
    }

    void stop() throws Exception {
        stopped = true;
        for (Future<?> process : running) {
            process.get(30, TimeUnit.SECONDS);
        }
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<String> strange() {
        return List.copyOf(strange);
    }

    /** Reads every session through one node, when all is quiet. */
    void readAll(int place) {
        Caller reader = new Caller(-1);
        for (String id : all) {
            Answer unused = finalRead(reader, place, id);
        }
    }

    /** Once more if it fails: this machine may stand still. */
    private static Answer finalRead(Caller reader, int place, String id) {
        for (int failures = 0; ; failures++) {
            try {
                return reader.record(
                        place,
                        Action.FINAL_READ,
                        id,
                        null,
                        null,
                        node -> node.findById(id)
                                .map(lists -> new Answer(Outcome.OK, lists))
                                .orElse(Answer.REFUSED));
            } catch (RuntimeException e) {
                if (failures == 20) {
                    throw e;
                }
            }
        }
    }

    private record Answer(Outcome outcome, @Nullable Map<String, List<String>> lists) {
        static final Answer OK = new Answer(Outcome.OK, null);
        static final Answer REFUSED = new Answer(Outcome.REFUSED, null);
    }

    /** One process: it makes one call after the other. */
    private final class Caller {

        private final int number;
        private int elements;

        Caller(int number) {
            this.number = number;
        }

        void run() {
            ThreadLocalRandom dice = ThreadLocalRandom.current();
            while (!stopped) {
                int slot = dice.nextInt(SESSIONS);
                Live session = sessions.get(slot);
                try {
                    if (session == null) {
                        create(dice.nextInt(places.size()), slot);
                    } else {
                        act(dice.nextInt(100), dice.nextInt(places.size()), slot, session);
                    }
                } catch (RuntimeException e) {
                    // Of whichever version; this machine may stand still.
                    if (!e.getClass().getName().equals(StoreUnavailableException.class.getName())) {
                        strange.add(e.toString());
                    }
                }
            }
        }

        /** Calls the node at a place, and keeps the call. */
        Answer record(
                int place,
                Action action,
                String session,
                @Nullable String list,
                @Nullable String element,
                Function<FleetNode, Answer> request) {
            Place at = places.get(place);
            at.lock.readLock().lock();
            try {
                FleetNode node = Objects.requireNonNull(at.node);
                long begin = System.nanoTime();
                Answer answer = new Answer(Outcome.UNKNOWN, null);
                try {
                    answer = request.apply(node);
                    return answer;
                } finally {
                    keep(place, action, session, list, element, begin, answer);
                }
            } finally {
                at.lock.readLock().unlock();
            }
        }

        private void keep(
                int place,
                Action action,
                String session,
                @Nullable String list,
                @Nullable String element,
                long begin,
                Answer answer) {
            calls.add(new Call(
                    number,
                    place,
                    action,
                    session,
                    list,
                    element,
                    begin,
                    System.nanoTime(),
                    answer.outcome(),
                    List.of(),
                    answer.lists()));
        }

        private void create(int place, int slot) {
            Place at = places.get(place);
            Live made;
            at.lock.readLock().lock();
            try {
                long begin = System.nanoTime();
                made = new Live(Objects.requireNonNull(at.node).create(SHARED));
                keep(place, Action.CREATE, made.id(), null, null, begin, Answer.OK);
            } finally {
                at.lock.readLock().unlock();
            }
            all.add(made.id());
            if (!sessions.compareAndSet(slot, null, made)) {
                end(place, slot, made); // Another process was faster.
            }
        }

        private String element() {
            return number + "-" + elements++;
        }

        private void act(int dice, int place, int slot, Live session) {
            if (dice < 40) {
                session.lock.readLock().lock();
                try {
                    update(place, session);
                } finally {
                    session.lock.readLock().unlock();
                }
            } else if (dice < 70) {
                session.lock.readLock().lock();
                try {
                    save(FleetNode.How.SAVE, Action.SAVE, session);
                } finally {
                    session.lock.readLock().unlock();
                }
            } else if (dice < 90) {
                session.lock.readLock().lock();
                try {
                    read(place, session);
                } finally {
                    session.lock.readLock().unlock();
                }
            } else {
                session.lock.writeLock().lock();
                try {
                    if (dice < 94) {
                        save(FleetNode.How.ROTATE, Action.ROTATE, session);
                    } else if (dice < 97) {
                        save(FleetNode.How.SIGN_IN, Action.SIGN_IN, session);
                    } else {
                        end(place, slot, session);
                    }
                } finally {
                    session.lock.writeLock().unlock();
                }
            }
        }

        private void update(int place, Live session) {
            String element = element();
            Answer unused = record(
                    place,
                    Action.UPDATE,
                    session.id(),
                    SHARED,
                    element,
                    node -> node.update(session.token, SHARED, element)
                            .map(lists -> new Answer(Outcome.OK, lists))
                            .orElse(Answer.REFUSED));
        }

        /** A copy in a near cache may be older than the secret; then nothing is found, and that says nothing. */
        private void read(int place, Live session) {
            Answer unused = record(
                    place,
                    Action.READ,
                    session.id(),
                    null,
                    null,
                    node -> node.find(session.token)
                            .map(lists -> new Answer(Outcome.OK, lists))
                            .orElse(new Answer(Outcome.UNKNOWN, null)));
        }

        /** Always on the same node: a copy in the near cache of another one may not have the last write of this process yet. */
        private void save(FleetNode.How how, Action action, Live session) {
            String element = element();
            String own = "own" + number;
            Answer unused = record(number % places.size(), action, session.id(), own, element, node -> {
                Optional<String> token = node.save(session.token, own, element, how);
                if (token.isPresent() && how != FleetNode.How.SAVE) {
                    session.token = token.get();
                }
                return token.isPresent() ? Answer.OK : Answer.REFUSED;
            });
        }

        private void end(int place, int slot, Live session) {
            Answer unused = record(place, Action.REVOKE, session.id(), null, null, node -> {
                node.revoke(session.id());
                return Answer.OK;
            });
            sessions.compareAndSet(slot, session, null);
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
        places.forEach(place -> {
            if (place.node != null) {
                place.node.close();
            }
        });
    }
}
