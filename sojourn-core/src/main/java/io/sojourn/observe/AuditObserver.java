package io.sojourn.observe;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.bytes.Sha256;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.PastSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Writes the security events of sessions to the log, one line each, for an audit trail (OWASP ASVS 5.0, 16.3): that one was
 * created, signed in to and out of, rotated, revoked and by which verb, and with {@code endEvents} why it ended; that a limit was reached; that an old or a wrong
 * secret was shown; that a session or one of its attributes could not be read. Used beside the default observer:
 *
 * <pre>{@code
 * SessionSettings.builder().alsoObserve(new AuditObserver())
 * }</pre>
 *
 * <p>A line is <code>event=revoked session=5f0c1a9b27e4d683 by=PRINCIPAL</code>, or <code>event=signed-in session=5f0c1a9b27e4d683
 * principal=83fe9b20ac4d17e5</code> with {@linkplain #pseudonym a pseudonym} of the principal; {@link NamedAuditObserver} writes its name. Lines are at level {@code INFO} for what people do
 * and {@code WARNING} for what attackers might, under the logger {@value #LOGGER}. The session is named by a
 * {@linkplain #hash hash} of its id: who reads the log can tell what belongs together, and look nothing up in the store.
 * Every event is written; what an attacker can cause without end ({@code wrong-secret}) is for the logging framework to
 * limit.
 */
public class AuditObserver implements SessionObserver {

    /** The name of the logger: {@value}. */
    public static final String LOGGER = "io.sojourn.audit";

    private static final Logger LOG = System.getLogger(LOGGER);

    /** An observer. */
    public AuditObserver() {}

    /** What the log calls a session: the first 16 hexadecimal digits of the SHA-256 of its id. */
    public static String hash(SessionId id) {
        return HexFormat.of().formatHex(Sha256.of(id.toString().getBytes(StandardCharsets.US_ASCII)), 0, 8);
    }

    /**
     * What the log calls a principal: the first 16 hexadecimal digits of the SHA-256 of its name in UTF-8. The same
     * user always has the same pseudonym. It is no secret: anybody with a list of user names can compute their pseudonyms and compare.
     */
    public static String pseudonym(String principal) {
        return HexFormat.of().formatHex(Sha256.of(principal.getBytes(StandardCharsets.UTF_8)), 0, 8);
    }

    /** How the log names a principal. */
    String named(String principal) {
        return pseudonym(principal);
    }

    private static void tell(Level level, String event, SessionId id, String more) {
        if (LOG.isLoggable(level)) {
            LOG.log(level, "event=" + event + " session=" + hash(id) + more);
        }
    }

    @Override
    public void created(SessionId id) {
        tell(Level.INFO, "created", id, "");
    }

    @Override
    public void signedIn(SessionId id, String principal) {
        tell(Level.INFO, "signed-in", id, " principal=" + named(principal));
    }

    @Override
    public void signedOut(SessionId id) {
        tell(Level.INFO, "signed-out", id, "");
    }

    @Override
    public void rotated(SessionId id) {
        tell(Level.INFO, "rotated", id, "");
    }

    @Override
    public void revoked(SessionId id, RevocationCause verb) {
        tell(Level.INFO, "revoked", id, " by=" + verb);
    }

    @Override
    public void expiredByAge(SessionId id) {
        tell(Level.INFO, "expired-by-age", id, "");
    }

    /** With {@code endEvents}: every session that has ended, and why. */
    @Override
    public void ended(SessionId id, EndCause cause, Duration lag) {
        tell(Level.INFO, "ended", id, " cause=" + cause);
    }

    /** With {@code endEvents}: a client still shows the token of a session that has ended. */
    @Override
    public void endedSession(SessionId id, PastSession past) {
        tell(Level.INFO, "shown-after-end", id, " cause=" + past.cause());
    }

    @Override
    public void limitReached(SessionId id) {
        tell(Level.WARNING, "limit-reached", id, "");
    }

    @Override
    public void wrongSecret(SessionId id) {
        tell(Level.WARNING, "wrong-secret", id, "");
    }

    @Override
    public void replacedSecret(SessionId id) {
        tell(Level.WARNING, "replaced-secret", id, "");
    }

    @Override
    public void unknownIds(int count) {
        LOG.log(Level.WARNING, "event=unknown-ids count=" + count);
    }

    @Override
    public void unreadableSession(SessionId id, SojournException cause) {
        tell(Level.WARNING, "unreadable", id, "");
    }

    /** Without the name, which may be made of what somebody has typed. */
    @Override
    public void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        tell(Level.WARNING, "unreadable-attribute", id, "");
    }
}
