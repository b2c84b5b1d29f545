package io.sojourn.example.shop.front;

import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The nodes behind the balancer, in turn. Looks after each of them four times a second. */
final class Backends implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Backends.class.getName());
    private static final int PROBE_MILLIS = 250;

    private final List<Backend> all;
    private final AtomicInteger turn = new AtomicInteger();
    private final ScheduledExecutorService probes;

    Backends(List<Integer> ports, HttpClient client) {
        all = ports.stream().map(Backend::new).toList();
        probes = Executors.newScheduledThreadPool(all.size(), task -> {
            Thread thread = new Thread(task, "demo-probe");
            thread.setDaemon(true);
            return thread;
        });
        all.forEach(each -> {
            var unused =
                    probes.scheduleWithFixedDelay(() -> probe(each, client), 0, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    private static void probe(Backend backend, HttpClient client) {
        try {
            backend.probe(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "could not look after a node", e);
        }
    }

    /**
     * The next in turn that was not tried yet: one that answers if there is one, then one that took no connection when last
     * looked at, since to ask it costs little, and at last one that is silent.
     */
    Optional<Backend> next(Collection<Backend> tried) {
        int first = Math.floorMod(turn.getAndIncrement(), all.size());
        return IntStream.range(0, all.size())
                .mapToObj(i -> all.get((first + i) % all.size()))
                .filter(each -> !tried.contains(each))
                .min(Comparator.comparing(Backend::state)); // The first in turn of those that are equal.
    }

    /** Whether another one answers. */
    boolean hasOtherThan(Collection<Backend> tried) {
        return all.stream().anyMatch(each -> each.state() == Backend.State.UP && !tried.contains(each));
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
