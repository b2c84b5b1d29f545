package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.settings.LogLevel;
import io.sojourn.example.shop.settings.NodeSettings;
import io.sojourn.example.shop.settings.WorkDirectory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * All that the demonstration has started: the nodes, perhaps a Redis, and a directory. It is gone when this process is: in
 * order when it can be ({@link #close()}, or the shutdown hook after Ctrl-C and SIGTERM), else because nodes and Redis watch
 * for the end of this process by themselves.
 */
final class Fleet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Ctrl-C reaches the nodes as well as us, and they may be faster: before we call it a failure, we wait this long. */
    private static final Duration PERHAPS_OUR_OWN_END = Duration.ofMillis(300);

    private final RedisInUse redis;
    private final WorkDirectory directory;
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Fleet(RedisInUse redis) {
        this.redis = redis;
        this.directory = WorkDirectory.create();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "demo-stop"));
    }

    /**
     * Starts a node on each of these ports, and returns when all of them answer.
     *
     * @throws CannotStartException if one does not; then whatever was started is stopped
     */
    static Fleet start(List<Integer> ports, RedisInUse redis, LogLevel log) throws InterruptedException {
        Fleet fleet = new Fleet(redis);
        try {
            fleet.startNodes(ports, log);
            fleet.tellHowToUse();
            return fleet;
        } catch (CannotStartException e) {
            fleet.parkIfStopping();
            fleet.close();
            throw e;
        }
    }

    private void startNodes(List<Integer> ports, LogLevel log) throws InterruptedException {
        for (int number = 1; number <= ports.size(); number++) {
            WorkDirectory ofNode = directory.of(NodeSettings.name(number));
            nodes.add(NodeProcess.start(new NodeSettings(number, ports, redis.uri(), ofNode, log)));
        }
        for (NodeProcess node : nodes) {
            node.awaitHealthy();
        }
    }

    private void tellHowToUse() {
        StringBuilder text = new StringBuilder(System.lineSeparator());
        line(text, "The shop is open.");
        line(text, "");
        line(text, "  sessions " + redis); // Nothing behind it: terminals and people take the URI as it stands.
        nodes.forEach(node -> line(text, "  " + node.label() + "   " + node.url() + "   (process " + node.pid() + ")"));
        line(text, "");
        line(text, "Open one, put something in the cart, and go on at another; or kill one.");
        line(text, "What the nodes log appears here; --log DEBUG shows more. Stop with Ctrl-C.");
        System.out.println(text);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    /** Returns when no node is left; tells of each that ends. */
    void awaitEnd() throws InterruptedException {
        CountDownLatch left = new CountDownLatch(nodes.size());
        for (NodeProcess node : nodes) {
            node.onEnd(how -> {
                if (!isStopping()) {
                    System.out.println(node.label() + " " + how + "; the others go on.");
                }
                left.countDown();
            });
        }
        redis.onEnd(() -> {
            if (!isStopping()) {
                System.out.println("Redis has ended; the nodes answer 503 until one is there again.");
            }
        });
        left.await();
        parkIfStopping();
        System.err.println("demo: no node is left.");
    }

    private boolean isStopping() {
        try {
            return stopping.await(PERHAPS_OUR_OWN_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** While the hook stops everything there is nothing to do or to tell, and the process ends under our feet. */
    private void parkIfStopping() throws InterruptedException {
        if (isStopping()) {
            Thread.currentThread().join();
        }
    }

    /** Stops everything; when somebody else does so already, waits until it is done. */
    @Override
    public void close() {
        try {
            if (closing.getAndSet(true)) {
                stopped.await();
                return;
            }
            stopping.countDown();
            nodes.forEach(NodeProcess::terminate);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (NodeProcess node : nodes) {
                node.killAfter(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
            redis.close();
            directory.remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }
}
