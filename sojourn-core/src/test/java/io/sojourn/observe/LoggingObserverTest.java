package io.sojourn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.UnreadableValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The default observer writes what a person can act on, and does not write it a thousand times. */
class LoggingObserverTest {

    private static final SessionId ID =
            SessionId.parse("AAAAAAAAAAAAAAAAAAAAAA").orElseThrow();

    private final Logger logger = Logger.getLogger("io.sojourn");
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + formatter.formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final LoggingObserver observer = new LoggingObserver(System.getLogger("io.sojourn"), () -> 0);

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    @Test
    void anOutageIsToldOnceHoweverManyRequestsMeetIt() {
        for (int i = 0; i < 100; i++) {
            observer.storeFailed(ID, new StoreUnavailableException("The load had no answer within 500 ms", null));
        }
        assertThat(lines).containsExactly(Level.WARNING + " Session " + ID + ": The load had no answer within 500 ms");
    }

    @Test
    void wrongSecretsAndUnreadableSessionsAreToldOnceEach() {
        for (int i = 0; i < 100; i++) {
            observer.wrongSecret(ID);
            observer.unreadableSession(ID, new UnreadableSessionException("It is of format 2", null));
        }
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains(ID.toString(), "wrong secret");
        assertThat(lines.get(1)).contains(ID.toString(), "It is of format 2");
    }

    @Test
    void replacedSecretsBurstsAndUnreadableAttributesAreToldOnceEach() {
        for (int i = 1; i <= 100; i++) {
            observer.replacedSecret(ID);
            observer.unknownIds(i * 100);
            observer.unreadableAttribute(ID, "cart", new UnreadableValueException("cart", "it is damaged", null));
        }
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains(ID.toString(), "stolen");
        assertThat(lines.get(1)).contains("100 tokens");
        assertThat(lines.get(2)).contains(ID.toString(), "an attribute reads as absent");
    }

    @Test
    void theNextLineTellsHowManyWereHeldBack() {
        AtomicLong now = new AtomicLong();
        LoggingObserver later = new LoggingObserver(System.getLogger("io.sojourn"), now::get);
        for (int i = 0; i < 5; i++) {
            later.unknownIds(100);
            later.unreadableAttribute(ID, "cart", new UnreadableValueException("cart", "it is damaged", null));
        }
        now.set(TimeUnit.SECONDS.toNanos(10));
        later.unknownIds(100);
        later.unreadableAttribute(ID, "cart", new UnreadableValueException("cart", "it is damaged", null));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2)).contains("4 more like it");
        assertThat(lines.get(3)).contains("4 more like it");
    }

    @Test
    void whatHappensEveryDayIsNotTold() {
        logger.setLevel(Level.ALL);
        observer.created(ID);
        observer.saved(ID);
        observer.conflict(ID);
        observer.gone(ID);
        observer.rotated(ID);
        observer.signedIn(ID);
        observer.signedOut(ID);
        observer.limitReached(ID);
        observer.expiredByAge(ID);
        observer.revoked(ID, RevocationCause.PRINCIPAL);
        observer.unknownId(ID);
        observer.superseded(ID);
        assertThat(lines).isEmpty();
    }
}
