package io.sojourn.example.shop.launcher;

import io.sojourn.example.shop.front.Machine;
import io.sojourn.example.shop.settings.NodeSettings;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A node of the fleet, through all processes that it is in the course of time. */
final class Node implements Machine {

    private final NodeSettings settings;
    private final Consumer<String> told;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile NodeProcess process;
    private volatile boolean ready;
    private volatile boolean frozen;

    /**
     * Starts it, and does not wait for it.
     *
     * @param told is told, in a line, what becomes of it
     */
    Node(NodeSettings settings, Consumer<String> told) {
        this.settings = settings;
        this.told = told;
        process = launch();
    }

    private NodeProcess launch() {
        NodeProcess launched = NodeProcess.start(settings);
        launched.onEnd(how -> {
            if (ready) { // Else the one who waits for it tells why it did not start.
                told.accept(label() + " " + how + "; the others go on.");
            }
        });
        return launched;
    }

    /** Waits until it answers for the first time. */
    void awaitHealthy() throws InterruptedException {
        process.awaitHealthy();
        ready = true;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String label() {
        return "node " + settings.number();
    }

    String url() {
        return process.url();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public State state() {
        if (!process.isAlive()) {
            return State.DOWN;
        }
        return frozen ? State.FROZEN : ready ? State.UP : State.STARTING;
    }

    @Override
    public void kill() {
        change(() -> {
            requireAlive();
            process.kill();
        });
    }

    @Override
    public void freeze() {
        change(() -> {
            requireAlive();
            process.signal("STOP");
            frozen = true;
        });
    }

    @Override
    public void start() {
        change(() -> {
            if (process.isAlive()) {
                process.signal("CONT");
                frozen = false;
                return;
            }
            frozen = false;
            ready = false;
            process = launch();
            NodeProcess launched = process;
            Thread waiting = new Thread(() -> awaitReady(launched), settings.name() + "-start");
            waiting.setDaemon(true);
            waiting.start();
        });
    }

    private void awaitReady(NodeProcess launched) {
        try {
            launched.awaitHealthy();
            ready = true;
            told.accept(label() + " serves again, as process " + launched.pid() + ".");
        } catch (CannotStartException e) {
            told.accept(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(label() + " does not run");
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /** Tells it to stop. */
    void terminate() {
        change(() -> {
            if (frozen && process.isAlive()) {
                process.signal("CONT"); // A suspended process would not hear of its end.
            }
            process.terminate();
        });
    }

    /** Ends it unless it ends by itself before then. */
    void killAfter(Duration patience) throws InterruptedException {
        process.killAfter(patience);
    }
}
