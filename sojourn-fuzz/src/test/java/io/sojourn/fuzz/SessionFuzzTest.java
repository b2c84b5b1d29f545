package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.UnreadableValueException;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.format.Header;
import io.sojourn.format.MalformedRecordException;
import io.sojourn.format.PackedRecord;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A record with whatever in it, through the whole engine: everything that an application may do with its session. */
class SessionFuzzTest {

    private static final SessionToken TOKEN =
            SessionToken.parse(Planted.ID + "A".repeat(24)).orElseThrow();

    private static final MemoryStore STORE = new MemoryStore();
    private static final SessionManager SESSIONS = SessionManager.create(
            STORE,
            SessionSettings.builder()
                    .codec(JacksonCodec.builder().allow(Sample.class).build())
                    .alsoRead(
                            JacksonCodec.builder().json().allow(Sample.class).build(),
                            JavaSerializationCodec.builder().allow(Sample.class).build())
                    .renewal(Duration.ofHours(1))
                    .observer(new SessionObserver() {})
                    .build());

    @FuzzTest(maxDuration = "1m")
    void record(byte[] input) {
        Planted.in(STORE, Map.of("r", input, "a:large", input));
        assertThat(SESSIONS.find(TOKEN)).isEmpty();
        opened(input).ifPresent(record -> {
            Planted.in(STORE, Map.of("r", record, "a:large", input));
            SESSIONS.find(TOKEN).ifPresent(SessionFuzzTest::use);
        });
    }

    /** The same, but for the token's verifier. */
    private static Optional<byte[]> opened(byte[] input) {
        try {
            PackedRecord record = PackedRecord.parse(input);
            Header header = record.header().rotate(verifier(), System.currentTimeMillis());
            return Optional.of(PackedRecord.of(header, record.attributes()).bytes());
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    private static byte[] verifier() {
        try {
            byte[] secret = Base64.getUrlDecoder().decode(TOKEN.reveal().substring(22));
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void use(Session session) {
        for (String name : session.names()) {
            try {
                Object unused = session.get(name, Object.class);
            } catch (UnreadableValueException e) {
                assertThat(e).hasMessageNotContaining("io.sojourn.fuzz");
            }
        }
        session.principal().ifPresent(SESSIONS::findByPrincipal);
        assertThat(session.toString()).contains(session.id().toString());
        assertThat(session.labels()).isNotNull();
        assertThat(session.lastAccessedAt()).isNotNull();
        assertThat(session.absoluteDeadline()).isNotNull();
        session.set("a", 1);
        session.label("agent", "x");
        assertThat(SESSIONS.save(session)).isNotNull();
        session.signIn("ada");
        assertThat(SESSIONS.save(session)).isNotNull();
        assertThat(SESSIONS.findByPrincipal("ada")).hasSizeLessThanOrEqualTo(1);
        SESSIONS.revokeOthers(session);
        SESSIONS.revoke(session);
        assertThat(SESSIONS.find(TOKEN)).isEmpty();
    }
}
