package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.FaultyStore.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets reach the client and nobody else. */
class SecretsTest extends EngineTest {

    private final List<LogRecord> logged = new ArrayList<>();
    private final Logger logger = Logger.getLogger("io.sojourn");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    SecretsTest(Caller caller) {
        super(caller);
    }

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setLevel(null);
    }

    private String log() {
        StringBuilder text = new StringBuilder();
        for (LogRecord entry : logged) {
            text.append(entry.getLevel()).append(' ').append(entry.getMessage());
            if (entry.getParameters() != null) {
                text.append(List.of(entry.getParameters()));
            }
            if (entry.getThrown() != null) {
                text.append(Throwables.getStackTrace(entry.getThrown()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void nothingThatIsLoggedOrStoredHoldsASecret() {
        // The default observer, which logs.
        Node logging = new Node(
                caller,
                SessionManager.create(
                        store,
                        SessionSettings.builder()
                                .codec(Serialization.codec())
                                .clock(clock)
                                .build()));
        Session session = logging.stored("a", "value-of-a");
        SessionToken first = session.token();
        Session second = logging.open(first);
        SessionToken newToken = second.signIn("ada");
        logging.save(second);
        logging.lookup(first);
        SessionToken guess = SessionToken.parse(first.id() + "A".repeat(24)).orElseThrow();
        logging.lookup(guess);
        store.failNext(Operation.LOAD);
        assertThatThrownBy(() -> logging.find(newToken)).isInstanceOf(StoreUnavailableException.class);
        overwrite(first.id(), "r", new byte[] {9});
        logging.lookup(newToken);

        assertThat(logged).hasSize(3).allMatch(entry -> entry.getLevel().equals(Level.WARNING));
        StoredSession unreadable = stored(first.id());
        for (SessionToken token : List.of(first, newToken, guess)) {
            String secret = token.reveal().substring(22);
            assertThat(log() + session + second + first + newToken + guess + heard.eventsWithIds())
                    .doesNotContain(secret);
            assertThat(unreadable.parts().toString()).doesNotContain(secret);
        }
        assertThat(log()).contains(first.id().toString()).doesNotContain("value-of-a");
    }

    @Test
    void theStoreHoldsTheVerifierAndNotTheSecret() {
        SessionToken token = node.stored("a", 1).token();
        String secret = token.reveal().substring(22);
        byte[] record = stored(token.id()).parts().get("r");
        assertThat(new String(record, StandardCharsets.ISO_8859_1))
                .doesNotContain(secret)
                .doesNotContain(new String(Base64.getUrlDecoder().decode(secret), StandardCharsets.ISO_8859_1));
    }

    @Test
    void theTextOfATokenAndASessionShowTheIdAlone() {
        Session session = node.create();
        assertThat(session.token()).hasToString(session.id() + ".***");
        assertThat(session).hasToString("Session[" + session.id() + ", new]");
        node.revoke(session);
        assertThat(session).hasToString("Session[" + session.id() + ", new, ended]");
        assertThat(session.publicId()).isEqualTo(session.id() + "~0");
    }
}
