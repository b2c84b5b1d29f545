package io.sojourn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.PastSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An audit trail: one line an event, and no id that could be looked up. */
class AuditObserverTest {

    private static final SessionId ID =
            SessionId.parse("AAAAAAAAAAAAAAAAAAAAAA").orElseThrow();

    private final List<String> lines = new ArrayList<>();
    private final Logger logger = Logger.getLogger(AuditObserver.LOGGER);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final SessionObserver observer = new AuditObserver();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    @Test
    void everySecurityEventIsALineOfItsOwn() {
        observer.created(ID);
        observer.signedIn(ID, "ada");
        observer.rotated(ID);
        observer.signedOut(ID);
        observer.revoked(ID, RevocationCause.OTHERS);
        observer.ended(ID, EndCause.REVOKED_OTHERS, Duration.ZERO);
        observer.endedSession(ID, new PastSession(EndCause.IDLE, Instant.EPOCH));
        observer.expiredByAge(ID);
        observer.limitReached(ID);
        observer.wrongSecret(ID);
        observer.replacedSecret(ID);
        observer.unreadableSession(ID, new UnreadableSessionException("It is of format 2", null));
        observer.unreadableAttribute(ID, "iban", new UnreadableValueException("iban", "Cart has left", null));
        observer.unknownIds(300);
        String session = " session=" + AuditObserver.hash(ID);
        assertThat(lines)
                .containsExactly(
                        "INFO event=created" + session,
                        "INFO event=signed-in" + session + " principal=" + AuditObserver.pseudonym("ada"),
                        "INFO event=rotated" + session,
                        "INFO event=signed-out" + session,
                        "INFO event=revoked" + session + " by=OTHERS",
                        "INFO event=ended" + session + " cause=REVOKED_OTHERS",
                        "INFO event=shown-after-end" + session + " cause=IDLE",
                        "INFO event=expired-by-age" + session,
                        "WARNING event=limit-reached" + session,
                        "WARNING event=wrong-secret" + session,
                        "WARNING event=replaced-secret" + session,
                        "WARNING event=unreadable" + session,
                        "WARNING event=unreadable-attribute" + session,
                        "WARNING event=unknown-ids count=300");
        assertThat(lines).noneMatch(line -> line.contains(ID.toString()));
    }

    @Test
    void aPrincipalIsNamedWhereThatIsAllowed() {
        SessionObserver naming = new NamedAuditObserver();
        naming.signedIn(ID, "ada\nevent=forged \u001b[31m");
        naming.signedOut(ID);
        assertThat(lines)
                .containsExactly(
                        "INFO event=signed-in session=" + AuditObserver.hash(ID)
                                + " principal=\"ada\\u000aevent=forged \\u001b[31m\"",
                        "INFO event=signed-out session=" + AuditObserver.hash(ID));
    }

    @Test
    void aPseudonymIsTheBeginningOfTheHashOfTheName() {
        // echo -n ada | sha256sum | cut -c 1-16
        assertThat(AuditObserver.pseudonym("ada")).isEqualTo("fdee430d40bd57de");
    }

    @Test
    void whatIsNoSecurityEventIsNoLine() {
        logger.setLevel(Level.ALL);
        observer.saved(ID);
        observer.conflict(ID);
        observer.gone(ID);
        observer.unknownId(ID);
        observer.superseded(ID);
        assertThat(lines).isEmpty();
    }

    @Test
    void aSessionIsNamedByTheBeginningOfTheHashOfItsId() {
        // echo -n AAAAAAAAAAAAAAAAAAAAAA | sha256sum | cut -c 1-16
        assertThat(AuditObserver.hash(ID)).isEqualTo("8a5bdb4cc1516412");
    }
}
