package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Four nodes of an application on one Redis, a history that they make together, and trouble meanwhile. */
final class Trial implements AutoCloseable {

    /** Something that goes wrong, and is right again when this returns. */
    interface Trouble {
        void happen(Losses losses) throws Exception;
    }

    /** Part of it. */
    interface Step {
        void take() throws Exception;
    }

    /**
     * How large a trial is.
     *
     * @param peace how long nothing happens between two troubles
     */
    record Size(Duration time, int writers, int sessions, Duration peace) {

        static final Size SMALL = new Size(Duration.ofSeconds(6), 16, 50, Duration.ofMillis(700));

        static final Size FULL = new Size(Duration.ofSeconds(60), 64, 200, Duration.ofSeconds(2));
    }

    private static final Logger LOG = System.getLogger(Trial.class.getName());

    private static final int NODES = 4;

    private final Size size;
    private final List<RedisStore> stores;
    private final List<SessionManager> nodes;
    private final Losses losses = new Losses();
    private final Duration staleness;
    private final History history;
    private final MasterWatch watch;

    /** Of nodes that always read the present state, on one server. */
    Trial(Size size, Supplier<RedisStore> store) {
        this(size, Duration.ZERO, store, () -> "the only one");
    }

    /**
     * A trial.
     *
     * @param staleness how old a state the nodes may read
     * @param masters who is a master at a moment, in any form that equals itself
     */
    Trial(Size size, Duration staleness, Supplier<RedisStore> store, Supplier<?> masters) {
        this.size = size;
        this.staleness = staleness;
        stores = Stream.generate(store).limit(NODES).toList();
        nodes = stores.stream().map(Trial::manager).toList();
        history = new History(nodes, size.writers(), size.sessions(), staleness, losses);
        watch = new MasterWatch(masters, losses);
    }

    private static SessionManager manager(RedisStore store) {
        return SessionManager.create(
                store, SessionSettings.builder().maxConflicts(1_000).build());
    }

    static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    /** One trouble after the other, with time to work in between; afterwards every node has to be back by itself. */
    History run(List<Trouble> troubles) throws Exception {
        history.start();
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < size.time().toNanos(); i++) {
            pause(size.peace());
            watch.expectOne();
            troubles.get(i % troubles.size()).happen(losses);
            watch.expectNone();
        }
        pause(Duration.ofMillis(500));
        history.stop();
        nodes.forEach(node -> Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(2))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> works(node)));
        pause(staleness);
        history.settle();
        LOG.log(Level.INFO, "{0}, failovers that nobody asked for: {1}", history, losses.countUnasked());
        assertThat(history.acknowledged()).isGreaterThan(50L * size.time().toSeconds());
        return history;
    }

    private static boolean works(SessionManager node) {
        Session session = node.create();
        session.set("a", 1);
        return node.save(session) == SaveOutcome.SAVED
                && node.find(session.token()).isPresent()
                && node.revoke(session);
    }

    @Override
    public void close() {
        watch.close();
        history.close();
        stores.forEach(RedisStore::close);
    }
}
