package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.front.Front;
import io.sojourn.example.shop.front.Machine;
import io.sojourn.example.shop.settings.LogLevel;
import io.sojourn.example.shop.settings.NodeSettings;
import io.sojourn.example.shop.settings.WorkDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

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
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Front front;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Fleet(RedisInUse redis) {
        this.redis = redis;
        this.directory = WorkDirectory.create();
        OwnRedis own = redis.own();
        if (own != null) {
            own.beforeEnd(this::close);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "demo-stop"));
    }

    /**
     * Starts a node on each of these ports, and what stands before them, and returns when all of them answer.
     *
     * @param port the one address before all nodes
     * @throws CannotStartException if one does not; then whatever was started is stopped
     */
    static Fleet start(int port, List<Integer> ports, RedisInUse redis, LogLevel log) throws InterruptedException {
        Fleet fleet = new Fleet(redis);
        try {
            fleet.startNodes(ports, log);
            fleet.startFront(port, ports);
            fleet.tellHowToUse(port);
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
            NodeSettings settings = new NodeSettings(number, ports, redis.uri(), redis.own() != null, ofNode, log);
            nodes.add(new Node(settings, this::tell));
        }
        for (Node node : nodes) {
            node.awaitHealthy();
        }
    }

    private void startFront(int port, List<Integer> ports) {
        OwnRedis own = redis.own();
        List<Machine> machines = new ArrayList<>(nodes);
        if (own != null) {
            machines.add(own);
            own.tell(this::tell);
        }
        Front.Settings settings = new Front.Settings(
                port, ports, List.copyOf(machines), redis.uri(), own != null, directory.ofLauncher());
        try {
            front = Front.start(settings);
        } catch (IOException | LifecycleException e) {
            throw new CannotStartException("the address before the nodes could not be opened: " + e.getMessage());
        }
    }

    /** Prints what became of a part, unless all of them are being stopped. */
    private void tell(String line) {
        if (!isStopping()) {
            System.out.println(line);
        }
    }

    private void tellHowToUse(int port) {
        StringBuilder text = new StringBuilder(System.lineSeparator());
        line(text, "The shop is open.");
        line(text, "");
        line(text, "  shop     http://127.0.0.1:" + port + "/   (in turn at all nodes)");
        line(text, "  console  http://127.0.0.1:" + port + "/console/");
        line(text, "  sessions " + redis); // Nothing behind it: terminals and people take the URI as it stands.
        nodes.forEach(node -> line(text, "  " + node.label() + "   " + node.url() + "   (process " + node.pid() + ")"));
        line(text, "");
        line(text, "Open the shop, put something in the cart, and kill a node, or Redis, on the page.");
        line(text, "What the nodes log appears here; --log DEBUG shows more. Stop with Ctrl-C.");
        System.out.println(text);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    /** Never returns: whatever has ended can be started again. */
    void awaitEnd() throws InterruptedException {
        Thread.currentThread().join();
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
            closeFront();
            nodes.forEach(Node::terminate);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (Node node : nodes) {
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

    private void closeFront() {
        Front open = front;
        if (open != null) {
            try {
                open.close();
            } catch (LifecycleException e) {
                System.err.println("demo: the address before the nodes did not stop in order: " + e.getMessage());
            }
        }
    }
}
