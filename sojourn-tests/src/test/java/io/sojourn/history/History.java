package io.sojourn.history;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Many writers on a few sessions, each keeping account of what it was told, while somebody else makes trouble; afterwards
 * the accounts are held against what is stored.
 */
final class History implements AutoCloseable {

    private static final String COUNT = "count";
    private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    private final List<SessionManager> nodes;
    private final int writers;
    private final AtomicReferenceArray<@Nullable Ledger> living;
    private final ConcurrentLinkedQueue<Ledger> ended = new ConcurrentLinkedQueue<>();
    private final Map<Finding, Long> findings = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> details = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    History(List<SessionManager> nodes, int writers, int sessions) {
        this.nodes = nodes;
        this.writers = writers;
        this.living = new AtomicReferenceArray<>(sessions);
        this.threads = Executors.newFixedThreadPool(writers);
    }

    void start() {
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            running.add(threads.submit(() -> write(number)));
        }
    }

    /** Returns when all writers have stopped; none may be stuck. */
    void stop() throws Exception {
        stopped = true;
        for (Future<?> writer : running) {
            try {
                writer.get(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("A writer failed", e.getCause());
            }
        }
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long failed() {
        return failed.get();
    }

    long count(Finding finding) {
        return findings.getOrDefault(finding, 0L);
    }

    @Override
    public String toString() {
        return acknowledged + " calls acknowledged, " + failed + " failed; found " + findings;
    }

    /** At most twenty of what was found, in words. */
    List<String> details() {
        return List.copyOf(details);
    }

    private void found(Finding finding, String detail) {
        findings.merge(finding, 1L, Long::sum);
        if (details.size() < 20) {
            details.add(finding + ": " + detail);
        }
    }

    private void write(int writer) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stopped) {
            SessionManager node = nodes.get(random.nextInt(nodes.size()));
            int slot = random.nextInt(living.length());
            Ledger ledger = living.get(slot);
            try {
                if (ledger == null) {
                    create(node, slot);
                } else {
                    act(random.nextInt(100), node, slot, ledger, writer);
                }
            } catch (StoreUnavailableException e) {
                failed.incrementAndGet();
                LockSupport.parkNanos(A_MOMENT); // A call to a store that is down fails at once.
            } catch (RuntimeException e) {
                found(Finding.STRANGE_FAILURE, e.toString());
            }
        }
    }

    private void act(int dice, SessionManager node, int slot, Ledger ledger, int writer) {
        if (dice < 70) {
            put(node, ledger, writer);
        } else if (dice < 85) {
            increment(node, ledger);
        } else if (dice < 92) {
            rotate(node, ledger);
        } else if (dice < 95) {
            end(node, slot, ledger);
        } else {
            knock(node, ledger);
        }
    }

    private void create(SessionManager node, int slot) {
        Session session = node.create();
        session.set(COUNT, 0L);
        if (node.save(session) == SaveOutcome.SAVED) {
            acknowledged.incrementAndGet();
            Ledger ledger = new Ledger(session.token());
            if (!living.compareAndSet(slot, null, ledger)) {
                ended.add(ledger); // Somebody else was quicker.
                ledger.ending();
                node.revoke(session.id());
                ledger.ended();
            }
        }
    }

    /** The session, if there is one; finds out whether it should have been there. */
    private Optional<Session> open(SessionManager node, Ledger ledger) {
        while (true) {
            boolean mayBeGone = ledger.mayBeGone();
            List<SessionToken> candidates = ledger.candidates();
            for (SessionToken candidate : candidates) {
                Optional<Session> session = node.find(candidate);
                if (session.isPresent()) {
                    return session;
                }
            }
            if (mayBeGone || ledger.mayBeGone()) {
                return Optional.empty();
            }
            if (candidates.equals(ledger.candidates())) {
                found(Finding.LOST_SESSION, "Nothing opens " + candidates);
                ledger.ending(); // Once is enough.
                return Optional.empty();
            }
        }
    }

    private void put(SessionManager node, Ledger ledger, int writer) {
        Optional<Session> session = open(node, ledger);
        if (session.isEmpty()) {
            return;
        }
        Ledger.Column column = ledger.column(writer);
        long next = column.asked + 1;
        column.asked = next;
        session.get().set("w" + writer, next);
        SaveOutcome outcome = node.save(session.get());
        if (outcome == SaveOutcome.SAVED) {
            column.acknowledged = next;
            acknowledged.incrementAndGet();
        } else if (outcome != SaveOutcome.GONE) {
            found(Finding.LOST_WRITE, "A save ended " + outcome);
        } else if (!ledger.mayBeGone()) {
            found(Finding.LOST_SESSION, "A save met nothing");
        }
    }

    private void increment(SessionManager node, Ledger ledger) {
        Optional<Session> session = open(node, ledger);
        if (session.isEmpty()) {
            return;
        }
        ledger.incrementsAsked.incrementAndGet();
        Optional<Long> result = node.update(session.get(), current -> {
            long next = count(current) + 1;
            current.set(COUNT, next);
            return next;
        });
        if (result.isPresent()) {
            ledger.incrementsAcknowledged.incrementAndGet();
            acknowledged.incrementAndGet();
        }
    }

    private static long count(Session session) {
        Long count = session.get(COUNT);
        return count == null ? -1 : count;
    }

    private void rotate(SessionManager node, Ledger ledger) {
        if (!ledger.identity.tryLock()) {
            return;
        }
        try {
            Optional<Session> session = open(node, ledger);
            if (session.isPresent()) {
                SessionToken next = session.get().rotate();
                ledger.rotating(next);
                if (node.save(session.get()) == SaveOutcome.SAVED) {
                    ledger.rotated(next);
                    acknowledged.incrementAndGet();
                }
            }
        } finally {
            ledger.identity.unlock();
        }
    }

    private void end(SessionManager node, int slot, Ledger ledger) {
        if (!ledger.identity.tryLock()) {
            return;
        }
        try {
            if (!ledger.isGone()) {
                ledger.ending();
                boolean unused = node.revoke(ledger.candidates().get(0).id());
                ledger.ended();
                ended.add(ledger);
                acknowledged.incrementAndGet();
                living.compareAndSet(slot, ledger, null);
            }
        } finally {
            ledger.identity.unlock();
        }
    }

    /** With what must open nothing. */
    private void knock(SessionManager node, Ledger ledger) {
        ledger.replaced().stream().limit(2).forEach(token -> expectShut(node, token, Finding.OLD_SECRET_OPENS));
        Ledger dead = ended.peek();
        if (dead != null && dead.isGone()) {
            dead.candidates().forEach(token -> expectShut(node, token, Finding.RESURRECTED));
        }
    }

    private void expectShut(SessionManager node, SessionToken token, Finding otherwise) {
        if (node.find(token).isPresent()) {
            found(otherwise, token + " opens");
        }
    }

    /** Holds the accounts against what is stored, once all is quiet and the store is there. */
    void settle() {
        SessionManager node = nodes.get(0);
        for (int slot = 0; slot < living.length(); slot++) {
            Ledger ledger = living.get(slot);
            if (ledger != null) {
                ledger.replaced().forEach(token -> expectShut(node, token, Finding.OLD_SECRET_OPENS));
                open(node, ledger).ifPresent(session -> compare(ledger, session));
            }
        }
        for (Ledger ledger : ended) {
            if (ledger.isGone()) {
                ledger.candidates().forEach(token -> expectShut(node, token, Finding.RESURRECTED));
                ledger.replaced().forEach(token -> expectShut(node, token, Finding.RESURRECTED));
            }
        }
    }

    private void compare(Ledger ledger, Session session) {
        compare(
                "increments of " + session.id(),
                count(session),
                ledger.incrementsAcknowledged.get(),
                ledger.incrementsAsked.get());
        ledger.columns().forEach((writer, column) -> {
            Long value = session.get("w" + writer);
            compare(
                    "writer " + writer + " on " + session.id(),
                    value == null ? 0 : value,
                    column.acknowledged,
                    column.asked);
        });
    }

    private void compare(String what, long stored, long atLeast, long atMost) {
        if (stored < atLeast) {
            found(Finding.LOST_WRITE, what + ": " + stored + ", acknowledged " + atLeast);
        } else if (stored > atMost) {
            found(Finding.INVENTED, what + ": " + stored + ", asked for " + atMost);
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
