package io.sojourn.spring.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionEventsTest {

    private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();

    @Test
    void threadThatPublishesOutlivesAnErrorOfAListener() throws Exception {
        SessionManager manager = SessionManager.create(new MemoryStore());
        SessionEvents events = new SessionEvents(
                event -> {
                    threads.add(Thread.currentThread());
                    throw new NoClassDefFoundError("of an older version");
                },
                () -> manager);
        try {
            events.created(manager.create().id());
            Thread first = next();
            events.created(manager.create().id());
            assertThat(next()).isSameAs(first);
        } finally {
            events.destroy();
        }
    }

    @Test
    void closingWaitsForTheListenerThatIsAtWork() throws Exception {
        SessionManager manager = SessionManager.create(new MemoryStore());
        CountDownLatch goOn = new CountDownLatch(1);
        SessionEvents events = new SessionEvents(
                event -> {
                    threads.add(Thread.currentThread());
                    assertThatNoException().isThrownBy(goOn::await);
                },
                () -> manager);
        events.created(manager.create().id());
        Thread publishing = next();
        Thread closing = new Thread(events::destroy);
        closing.start();
        while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(closing.isAlive()).isTrue();
        goOn.countDown();
        closing.join(30_000);
        publishing.join(30_000);
        assertThat(closing.isAlive() || publishing.isAlive()).isFalse();
    }

    private Thread next() throws InterruptedException {
        return Objects.requireNonNull(threads.poll(30, TimeUnit.SECONDS), "no event was published");
    }
}
