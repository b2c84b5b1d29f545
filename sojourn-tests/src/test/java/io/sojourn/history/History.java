package io.sojourn.history;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.history.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * Many writers on a few sessions, each keeping account of what it was told, while somebody else makes trouble. Whatever is
 * read has to show all that was acknowledged before; and in the end, the accounts are held against what is stored.
 */
final class History implements AutoCloseable {

    private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    private static final int REMEMBERED_ENDS = 64;

    private final List<SessionManager> nodes;
    private final int writers;
    private final long staleNanos;
    private final Findings findings;
    private final AtomicReferenceArray<@Nullable Ledger> living;
    private final ConcurrentLinkedQueue<Ledger> ended = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<@Nullable Ledger> lastEnded = new AtomicReferenceArray<>(REMEMBERED_ENDS);
    private final AtomicLong ends = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * A history.
     *
     * @param staleness how old a state the nodes may read; zero if they always read the present one
     */
    History(List<SessionManager> nodes, int writers, int sessions, Duration staleness, Losses losses) {
        this.nodes = nodes;
        this.writers = writers;
        this.staleNanos = staleness.toNanos();
        this.findings = new Findings(losses);
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

    Findings findings() {
        return findings;
    }

    @Override
    public String toString() {
        return acknowledged + " calls acknowledged, " + ended.size() + " of them ends of sessions, " + failed
                + " failed; " + findings;
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
                findings.add(Kind.STRANGE_FAILURE, e.toString(), List.of());
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
        session.set(Accounts.COUNT, 0L);
        if (node.save(session) == SaveOutcome.SAVED) {
            acknowledged.incrementAndGet();
            Ledger ledger = new Ledger(session.token());
            if (!living.compareAndSet(slot, null, ledger)) {
                end(node, ledger); // Somebody else was quicker.
            }
        }
    }

    /** The session, if there is one; finds out whether it should have been there. */
    private Optional<Session> open(SessionManager node, Ledger ledger) {
        return open(node, ledger, staleNanos);
    }

    private Optional<Session> open(SessionManager node, Ledger ledger, long patience) {
        long start = System.nanoTime();
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
            if (!candidates.equals(ledger.candidates())) {
                continue;
            }
            if (System.nanoTime() - start >= patience) {
                findings.add(Kind.LOST_SESSION, "Nothing opens " + candidates, ledger.madeAt());
                ledger.ending(); // Once is enough.
                return Optional.empty();
            }
            LockSupport.parkNanos(A_MOMENT);
        }
    }

    /** As {@link #open}, and what was acknowledged before has to be there. */
    private Optional<Session> read(SessionManager node, Ledger ledger) {
        Accounts accounts = new Accounts(ledger);
        Optional<Session> session = open(node, ledger);
        if (staleNanos == 0) {
            session.ifPresent(there -> accounts.compare(there, findings));
        }
        return session;
    }

    private void put(SessionManager node, Ledger ledger, int writer) {
        Optional<Session> session = read(node, ledger);
        if (session.isEmpty()) {
            return;
        }
        Ledger.Column column = ledger.column(writer);
        long next = column.asked + 1;
        column.asked = next;
        session.get().set(Accounts.attribute(writer), next);
        boolean gone = ledger.isGone();
        SaveOutcome outcome = node.save(session.get());
        if (outcome == SaveOutcome.SAVED) {
            column.acknowledged = Ledger.Acknowledged.now(next);
            acknowledged.incrementAndGet();
            if (gone) {
                findings.add(Kind.RESURRECTED, session.get().id() + " takes a write", List.of(ledger.endedAt()));
            }
        } else if (outcome != SaveOutcome.GONE) {
            findings.add(Kind.LOST_WRITE, "A save ended " + outcome, List.of());
        } else if (!ledger.mayBeGone()) {
            findings.add(
                    Kind.LOST_SESSION, "A save met nothing at " + session.get().id(), ledger.madeAt());
        }
    }

    private void increment(SessionManager node, Ledger ledger) {
        Optional<Session> session = open(node, ledger);
        if (session.isEmpty()) {
            return;
        }
        Ledger.Acknowledged before = ledger.increments();
        ledger.incrementsAsked.incrementAndGet();
        Optional<Long> result = node.update(session.get(), current -> {
            long next = Accounts.count(current) + 1;
            current.set(Accounts.COUNT, next);
            return next;
        });
        if (result.isPresent()) {
            // With all that was acknowledged before, this one is one more.
            Accounts.compareCount(session.get().id(), ledger, before, result.get() - 1, findings);
            ledger.incremented();
            acknowledged.incrementAndGet();
        }
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
                end(node, ledger);
                acknowledged.incrementAndGet();
                living.compareAndSet(slot, ledger, null);
            }
        } finally {
            ledger.identity.unlock();
        }
    }

    /** If it fails, somebody tries it again, whether or not it was carried out. */
    private void end(SessionManager node, Ledger ledger) {
        ledger.ending();
        boolean unused = node.revoke(ledger.candidates().get(0).id());
        ledger.ended();
        ended.add(ledger);
        lastEnded.set((int) (ends.getAndIncrement() % REMEMBERED_ENDS), ledger);
    }

    /** With what must open nothing. */
    private void knock(SessionManager node, Ledger ledger) {
        ledger.replaced().entrySet().stream()
                .limit(2)
                .forEach(token -> expectShut(node, token.getKey(), Kind.OLD_SECRET_OPENS, token.getValue()));
        Ledger dead = lastEnded.get(ThreadLocalRandom.current().nextInt(REMEMBERED_ENDS));
        if (dead != null) {
            dead.candidates().forEach(token -> expectShut(node, token, Kind.RESURRECTED, dead.endedAt()));
        }
    }

    private void expectShut(SessionManager node, SessionToken token, Kind otherwise, long since) {
        boolean isKnown = System.nanoTime() - since >= staleNanos;
        if (node.find(token).isPresent() && isKnown) {
            findings.add(otherwise, token + " opens", List.of(since));
        }
    }

    /** Holds the accounts against what is stored, once all is quiet, the store is there, and nothing old is read any more. */
    void settle() {
        SessionManager node = nodes.get(0);
        for (int slot = 0; slot < living.length(); slot++) {
            Ledger ledger = living.get(slot);
            if (ledger != null) {
                ledger.replaced().forEach((token, since) -> expectShut(node, token, Kind.OLD_SECRET_OPENS, since));
                Accounts accounts = new Accounts(ledger);
                open(node, ledger, 0).ifPresent(session -> accounts.compare(session, findings));
            }
        }
        for (Ledger ledger : ended) {
            ledger.candidates().forEach(token -> expectShut(node, token, Kind.RESURRECTED, ledger.endedAt()));
            ledger.replaced().keySet().forEach(token -> expectShut(node, token, Kind.RESURRECTED, ledger.endedAt()));
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
