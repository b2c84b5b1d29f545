package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.memory.MemoryStore;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** An error of one bean is its own. */
class SessionEndLifecycleTest {

    private final Queue<Integer> attempts = new ConcurrentLinkedQueue<>();

    @Test
    void aBeanThatThrowsAnErrorKeepsNoOtherBeanFromBeingTold() {
        SessionManager sessions = SessionManager.create(
                new MemoryStore(), SessionSettings.builder().endEvents(true).build());
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        SessionEndListener failing = end -> {
            throw new NoClassDefFoundError("of an older version");
        };
        SessionEndListener listening = end -> attempts.add(end.attempt());
        beans.addBean("failing", failing);
        beans.addBean("listening", listening);
        SessionEndLifecycle lifecycle = new SessionEndLifecycle(sessions, beans);
        lifecycle.start();
        try {
            Session session = sessions.create();
            session.set("cart", "tea");
            assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
            assertThat(sessions.revoke(session)).isTrue();
            await().atMost(Duration.ofSeconds(15)).until(() -> attempts.size() > 1); // An error is a failed try.
            assertThat(attempts).startsWith(1, 2);
        } finally {
            lifecycle.stop();
        }
    }
}
