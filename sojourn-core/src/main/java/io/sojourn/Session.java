package io.sojourn;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The session that one request holds: the state that was loaded, which never changes, and a log of what this request did to
 * it. It does no I/O: {@link SessionManager#save} stores the log, merged by attribute with what other requests saved in
 * between. Two requests on one session therefore hold two objects.
 *
 * <p>Attributes stay encoded until they are asked for; asked for twice, the same instance comes back. A value that is
 * changed in place after it was handed out is noticed when the session is saved.
 *
 * <p>Thread-safe. A manager takes only sessions that a manager made; implementations of an application's own are for its
 * tests.
 */
public interface Session {

    /** How many named indexes a session may be in: {@value}. */
    int MAX_INDEXES = 8;

    /** How many labels a session may have: {@value}. */
    int MAX_LABELS = 8;

    /** How many characters a principal or a value in an index may have: {@value}. */
    int MAX_VALUE_LENGTH = 1_024;

    /** Characters of a label that are kept: {@value}. */
    int MAX_LABEL_LENGTH = 256;

    /** The session's id; it stays the same as long as the session lives, and it is safe to log. */
    SessionId id();

    /**
     * An id that changes whenever the secret does, as frameworks expect of a session's id: the session's id, a tilde and the
     * number of rotations. It opens no session.
     */
    String publicId();

    /**
     * The token that the client is to hold: the one that it showed, or the new one of a new or rotated session. Hand out a new
     * one only after {@link SessionManager#save} has said {@link SaveOutcome#SAVED}.
     *
     * @throws IllegalStateException if the session was {@linkplain SessionManager#findById found by its id}, and was not rotated since
     */
    SessionToken token();

    /** Whether this request made the session. */
    boolean isNew();

    /**
     * Why this session stands in for the one that the client asked for; empty for an ordinary session. After {@link #signIn} it
     * is empty: a sign-in makes a real new session of a stand-in.
     */
    Optional<StandIn> standIn();

    /**
     * Whether the client may be given this session's token. It may not while the session is a stand-in and the client may hold
     * a token of another session that lives: the cookie would overwrite that token.
     */
    default boolean mayReplaceCookie() {
        return standIn().map(StandIn::replacesCookie).orElse(true);
    }

    /** Whether the session is in the store, as far as this request knows. */
    boolean isStored();

    /** Whether the session was revoked, or found to be gone when it was saved. It is never stored again. */
    boolean isEnded();

    /** Whether the session was revoked through this object, rather than found to be gone. */
    boolean isRevoked();

    /** When the session was made. */
    Instant createdAt();

    /**
     * When the session was last used before this request; of a new session, when it was made. May lag behind by the touch
     * interval, and without {@link SessionSettings#extendOnRead()} it is when the session was last changed.
     */
    Instant lastAccessedAt();

    /** The absolute deadline: when the session ends, however much it is used. Empty if it has none. */
    Optional<Instant> absoluteDeadline();

    /** The idle timeout: how long the session may go unused. Zero means that it has none. */
    Duration idleTimeout();

    /**
     * Sets the idle timeout, rounded up to milliseconds. With zero or less the session has none and lives until its
     * {@link #absoluteDeadline()}.
     *
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    void setIdleTimeout(Duration timeout);

    /**
     * How long this session may last after it was made, however much it is used; rounded up to milliseconds. Zero or less: for
     * ever. Sets {@link #absoluteDeadline()}; one that has passed ends the session when it is saved.
     *
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    void setAbsoluteTimeout(Duration timeout);

    /**
     * Gives this session longer limits than others because the user has asked for it ("remember me"). Call it after
     * {@link #signIn}. The servlet filter then makes the cookie outlive the browser. Never do so unless the user asks: everybody
     * who uses the same browser later is signed in for as long. {@link #signOut} and the sign-in of another principal restore the
     * usual limits.
     *
     * @param idle the idle timeout; zero for none
     * @param absolute how long the session may last from now on, however much it is used; zero without a limit
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    void remember(Duration idle, Duration absolute);

    /** Whether the session was given longer limits with {@link #remember}. Its cookie then has to outlive the browser. */
    boolean isRemembered();

    /**
     * The value of an attribute; null if there is none, or it cannot be read. The type is inferred from what the value is
     * assigned to.
     *
     * @throws ClassCastException in the caller's code, if the value is of another type
     */
    @SuppressWarnings("TypeParameterUnusedInFormals") // As every session interface has it; get(name, type) checks.
    <T> @Nullable T get(String name);

    /**
     * The value of an attribute of a known type; empty if there is none, or it cannot be read.
     *
     * @throws ClassCastException with the attribute's name, if the value is of another type
     */
    <T> Optional<T> get(String name, Class<T> type);

    /**
     * Sets an attribute; null removes it. The value is encoded at once, so that what cannot be stored is refused here.
     *
     * @throws ValueNotAcceptedException if the codec does not take the value; the attribute keeps what it had
     * @throws SessionLimitException if the value is too large, or the attributes too many
     * @throws IllegalArgumentException if the name has an unpaired surrogate
     */
    void set(String name, @Nullable Object value);

    /** Removes an attribute, readable or not. */
    void remove(String name);

    /** The names of all attributes that can be read, in the order in which they were first set; a copy. */
    Set<String> names();

    /**
     * Replaces the secret when the session is saved: at every change of what the session may do (OWASP ASVS 5.0, 7.2.4).
     * From then on only the returned token opens it. Id, attributes and other requests' changes stay.
     */
    SessionToken rotate();

    /**
     * Cancels a rotation that is due to {@link SessionSettings#renewal} alone. For an adapter whose response is already sent, so
     * that the client would not learn of the new token. The next request renews it.
     */
    void putOffRenewal();

    /** The principal who is signed in; empty if none is. */
    Optional<String> principal();

    /** When the principal signed in last; empty if none is signed in, or the time is not known. */
    Optional<Instant> authenticatedAt();

    /**
     * Whether a principal is signed in and did so no longer ago than this. Check it before an operation that needs more trust
     * than an old session deserves; if it is false, let the user sign in again ({@link #signIn} with the same principal; OWASP
     * ASVS 5.0, 7.5.3). It is false for a sign-in that lies more than a minute in the future: then a clock is wrong.
     */
    boolean authenticatedWithin(Duration duration);

    /**
     * Signs a principal in, and {@linkplain #rotate() rotates}, so that a token from before the sign-in does not open the session
     * afterwards. Call it as soon as the principal is known: a revocation between this call and the save revokes this sign-in as
     * well. If another principal was {@linkplain #remember remembered}, the session gets the usual limits.
     *
     * <p>A sign-in always leads to a session that the client can hold. A {@linkplain #standIn() stand-in} becomes a real new
     * session with another id. If another request has replaced the secret in the meantime, as after a double click on "Log in",
     * {@link SessionManager#save} makes a new session of what this request knows, and leaves the other one alone. So hand out
     * {@link #token()} as it is after the save.
     *
     * <p>What is in the session before the sign-in stays in it, CSRF tokens for example. {@link #signIn(String, Set)} removes it.
     *
     * @param principal the user's id in your database, not what was typed: principals are compared octet by octet; at
     *     most {@link #MAX_VALUE_LENGTH} characters
     * @return the new token, unless the save has to make a new session
     * @throws IllegalArgumentException if the principal is empty, too long or has an unpaired surrogate
     */
    SessionToken signIn(String principal);

    /**
     * As {@link #signIn(String)}, and removes all attributes but those named: what a visitor, or an attacker who planted the
     * cookie, has put into the session before the sign-in. An attribute that another request sets just before this sign-in is
     * saved is removed as well. Attributes that are set after this call stay, and so do those that an earlier request saves within
     * {@link SessionSettings#SUPERSEDED_FOR} after the sign-in; {@link SessionSettings.Builder#mergeAcrossSignIn} refuses the latter.
     *
     * @param keep the names of the attributes to keep; empty to remove all
     */
    SessionToken signIn(String principal, Set<String> keep);

    /**
     * Signs the principal out, and rotates. A session that was {@linkplain #remember remembered} gets the usual limits. To end
     * the session altogether, revoke it.
     */
    SessionToken signOut();

    /**
     * Makes the next save store a new session even if it is empty. For applications that know their visitors by the id alone.
     * Each client that never comes back then costs a key until the session expires.
     */
    void storeEvenIfEmpty();

    /**
     * Puts the session into an index, so that {@link SessionManager#findByIndex} finds it: by its tenant, for example, or by the
     * {@code sid} of an OpenID Connect provider.
     *
     * @param index the index's name: a lower-case letter and up to 30 lower-case letters, digits and hyphens; not
     *     {@code principal}
     * @param value a string of 1 to {@link #MAX_VALUE_LENGTH} characters; null takes the session out of the index
     * @throws IllegalArgumentException if the name cannot name an index, or the value is empty, too long or has an unpaired
     *     surrogate
     * @throws IllegalStateException if there are {@link #MAX_INDEXES} already
     */
    void index(String index, @Nullable String value);

    /** The values under which the session is found, by the name of the index. */
    Map<String, String> indexes();

    /**
     * Sets a label that tells this session from others of its principal, such as the browser it was made with; it comes back in
     * {@link SessionInfo#labels}. Do not base decisions on labels. A longer text than {@link #MAX_LABEL_LENGTH} is cut, so that a
     * client's header can be given as it is; it may hold markup, so a page must escape it.
     *
     * @param name at most 32 characters
     * @param value null removes
     * @throws IllegalArgumentException if the name is empty, too long, or has an unpaired surrogate
     * @throws IllegalStateException if there are {@link #MAX_LABELS} already
     */
    void label(String name, @Nullable String value);

    /** The labels that were set with {@link #label}. */
    Map<String, String> labels();

    /**
     * The token without a rotation that is not saved yet: the one that the client holds. For adapters that must know whether
     * {@link #token()} is new to the client.
     *
     * @throws IllegalStateException if the session was {@linkplain SessionManager#findById found by its id}
     */
    SessionToken storedToken();
}
