package io.sojourn.benchmarks.run;

import io.sojourn.benchmarks.peer.Peer;
import io.sojourn.benchmarks.peer.Samples;
import io.sojourn.benchmarks.peer.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * What a system finds in Redis before it works, and the work itself. Each thread has sessions of its own: two requests on one
 * session at the same moment are rare, and not what is measured.
 */
public final class Scene {

    private static final int SESSIONS_A_THREAD = 4;
    private static final int SESSIONS_A_PRINCIPAL = 5;
    private static final int MAKERS = 16;

    private final Peer peer;
    private final Work work;
    private final List<String> sessions;

    /** Counts each thread's operations, far enough apart that no two of them share a cache line. */
    private final long[] counts;

    private final AtomicInteger next = new AtomicInteger();

    private Scene(Peer peer, Work work, int threads, List<String> sessions) {
        this.peer = peer;
        this.work = work;
        this.sessions = sessions;
        this.counts = new long[threads * 16];
    }

    /** Makes the sessions; for revoking so many as are to be revoked. */
    public static Scene set(Peer peer, Work work, int threads, int supply) {
        IntFunction<String> making = i -> work == Work.E
                ? peer.create(work.attributes(), Samples.principal(i / SESSIONS_A_PRINCIPAL))
                : peer.create(work.attributes());
        int count = switch (work) {
            case C -> 0;
            case D -> supply;
            case E -> SESSIONS_A_PRINCIPAL * threads;
            default -> SESSIONS_A_THREAD * threads;
        };
        return new Scene(peer, work, threads, inParallel(count, making));
    }

    private static List<String> inParallel(int count, IntFunction<String> making) {
        String[] made = new String[count];
        AtomicInteger next = new AtomicInteger();
        List<FutureTask<Boolean>> all = new ArrayList<>();
        List<Thread> makers = new ArrayList<>();
        for (int i = 0; i < MAKERS; i++) {
            FutureTask<Boolean> part = new FutureTask<>(
                    () -> {
                        for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                            made[n] = making.apply(n);
                        }
                    },
                    true);
            all.add(part);
            makers.add(new Thread(part, "bench-maker-" + i));
        }
        try {
            makers.forEach(Thread::start);
            for (Thread maker : makers) {
                maker.join(); // Not only its work: a thread that ends during a turn would be missing in its bytes.
            }
            for (FutureTask<Boolean> part : all) {
                part.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return Collections.unmodifiableList(Arrays.asList(made));
    }

    /** Does the work once. */
    public boolean run(int thread) {
        long count = counts[thread * 16]++;
        switch (work) {
            case A, G -> peer.read(session(thread, count));
            case B, F -> peer.change(session(thread, count), Samples.page(count + 1));
            case C -> peer.create(work.attributes());
            case D -> {
                int one = next.getAndIncrement();
                if (one >= sessions.size()) {
                    return false;
                }
                peer.revoke(sessions.get(one));
            }
            case E -> {
                int found = peer.list(Samples.principal(thread));
                if (found != SESSIONS_A_PRINCIPAL) {
                    throw new IllegalStateException(peer.name() + " lists " + found + " sessions");
                }
            }
        }
        return true;
    }

    private String session(int thread, long count) {
        return sessions.get(thread * SESSIONS_A_THREAD + (int) (count % SESSIONS_A_THREAD));
    }
}
