package io.sojourn;

import io.sojourn.Changes.PrincipalChange;
import io.sojourn.format.Header;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds of a session: the state that was loaded, which never changes, and a log of what this request did
 * to it. It does no I/O: {@link SessionManager#save} stores the log, merged by attribute with what other requests saved in
 * between. Two requests on one session therefore hold two objects.
 *
 * <p>Attributes stay encoded until they are asked for; asked for twice, the same instance comes back. A value that is
 * changed in place after it was handed out is noticed when the session is saved.
 *
 * <p>Thread-safe. The locks guard memory only and are never held during I/O, so they do not pin virtual threads.
 */
public final class Session {

    private final Engine engine;
    private final boolean isNew;
    private final boolean isTransient;
    private final Instant lastAccessedAt;
    private final Attributes attributes;

    private SessionId id;
    private SessionToken token;
    private @Nullable SessionState base;
    private Header header;
    private @Nullable SessionToken rotation;
    private @Nullable PrincipalChange principalChange;
    private @Nullable Long idleTimeoutChange;

    /** What was stored in a state that this request is not shown. A second time it could undo what others did since. */
    private @Nullable Changes savedOutOfSight;

    private boolean ended;
    private boolean revoked;
    private boolean storedEvenIfEmpty;

    /** Whether the caller has chosen the token, so that no other will do. */
    private boolean hasChosenToken;

    /** The revisions of the writes that may have created the session. */
    private final Set<Long> creations = new HashSet<>(1);

    /** A session that is not stored yet. */
    Session(Engine engine, SessionToken token, Header header, boolean isTransient) {
        this(engine, token, null, header, Instant.ofEpochMilli(header.createdAt()), isTransient);
    }

    /** A stored session that a token opened. */
    Session(Engine engine, SessionToken token, SessionState base) {
        this(engine, token, base, base.header(), Instant.ofEpochMilli(base.touchedAt()), false);
    }

    private Session(
            Engine engine,
            SessionToken token,
            @Nullable SessionState base,
            Header header,
            Instant lastAccessedAt,
            boolean isTransient) {
        this.engine = engine;
        this.token = token;
        this.id = token.id();
        this.base = base;
        this.header = header;
        this.lastAccessedAt = lastAccessedAt;
        this.isNew = base == null;
        this.isTransient = isTransient;
        this.attributes = new Attributes(engine, base);
    }

    /** Names the session, for as long as it lives. Safe to log. */
    public synchronized SessionId id() {
        return id;
    }

    /**
     * A name for the session that changes whenever its secret does, as frameworks expect of a session's id, and proves
     * nothing: the id, a tilde and the number of rotations.
     */
    public synchronized String publicId() {
        return id + "~" + (header.rotations() + (rotation == null ? 0 : 1));
    }

    /**
     * What the client is to hold: the token that it showed, or the new one of a new or rotated session. Hand out a new one
     * only after {@link SessionManager#save} has said {@link SaveOutcome#SAVED}.
     */
    public synchronized SessionToken token() {
        return rotation == null ? token : rotation;
    }

    /** Whether this request made the session. */
    public boolean isNew() {
        return isNew;
    }

    /** Whether this session lives for this request only and is never stored. */
    public boolean isTransient() {
        return isTransient;
    }

    /** Whether the session is in the store, as far as this request knows. */
    public synchronized boolean isStored() {
        return base != null && !ended;
    }

    /** Whether the session was revoked, or found to be gone when it was saved. It is never stored again. */
    public synchronized boolean isEnded() {
        return ended;
    }

    /** Whether it was this very object by which the session was revoked, rather than found to be gone. */
    public synchronized boolean isRevoked() {
        return revoked;
    }

    /** When the session was made. */
    public Instant createdAt() {
        return Instant.ofEpochMilli(header().createdAt());
    }

    /**
     * When the session was last used before this request; of a new session, when it was made. May lag behind by the touch
     * interval, and without {@link SessionSettings#extendOnRead()} it is when the session was last changed.
     */
    public Instant lastAccessedAt() {
        return lastAccessedAt;
    }

    /** When the session ends, however much it is used; empty for never. */
    public Optional<Instant> absoluteDeadline() {
        long deadline = header().deadline();
        return deadline == Header.NONE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(deadline));
    }

    /** How long this session may lie unused; zero for ever. */
    public synchronized Duration idleTimeout() {
        return Duration.ofMillis(idleTimeoutChange == null ? header.idleTimeout() : idleTimeoutChange);
    }

    /**
     * How long this session may lie unused from now on, rounded up to milliseconds. Zero or less: for ever, up to its
     * {@link #absoluteDeadline()}.
     *
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    public synchronized void setIdleTimeout(Duration timeout) {
        if (timeout.compareTo(SessionSettings.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "The idle timeout must be at most " + SessionSettings.LONGEST + ", not " + timeout);
        }
        long millis = timeout.isNegative() ? Header.NONE : Lifetimes.wholeMillis(timeout);
        // A change that is taken back stays one: it may be on its way to the store already.
        idleTimeoutChange = idleTimeoutChange == null && millis == header.idleTimeout() ? null : (Long) millis;
    }

    /**
     * The value of an attribute; null if there is none, or it cannot be read. The caller names its type by what it assigns
     * the value to.
     *
     * @throws ClassCastException at the caller's, if the value is of another type
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // What every session interface offers; get(name, type) checks.
    public <T> @Nullable T get(String name) {
        return (T) attributes.get(id(), name);
    }

    /**
     * The value of an attribute of a known type; empty if there is none, or it cannot be read.
     *
     * @throws ClassCastException with the attribute's name, if the value is of another type
     */
    public <T> Optional<T> get(String name, Class<T> type) {
        Object value = attributes.get(id(), name);
        if (value != null && !type.isInstance(value)) {
            throw new ClassCastException("Attribute \"" + name + "\" is of " + value.getClass() + ", not " + type);
        }
        return Optional.ofNullable(type.cast(value));
    }

    /**
     * Sets an attribute; null removes it. The value is encoded at once, so that what cannot be stored is refused here.
     *
     * @throws ValueNotAcceptedException if the codec does not take the value; the attribute keeps what it had
     * @throws SessionLimitException if the value is too large, or the attributes too many
     * @throws IllegalArgumentException if the name has an unpaired surrogate
     */
    public void set(String name, @Nullable Object value) {
        attributes.set(name, value);
    }

    /** Removes an attribute, readable or not. */
    public void remove(String name) {
        attributes.set(name, null);
    }

    /** The names of all attributes that can be read, in the order in which they were first set; a copy. */
    public Set<String> names() {
        return attributes.names(id());
    }

    /**
     * Replaces the secret when the session is saved: at every change of what the session may do (OWASP ASVS 5.0, 7.2.4).
     * From then on only the returned token opens it. Id, attributes and other requests' changes stay.
     */
    public synchronized SessionToken rotate() {
        rotation = engine.newToken(id);
        return rotation;
    }

    /** Who is signed in, if anybody. */
    public synchronized Optional<String> principal() {
        return Optional.ofNullable(principalChange == null ? header.principal() : principalChange.principal());
    }

    /** Says who has signed in, and {@linkplain #rotate() rotates}: a token from before must not open what is open now. */
    public synchronized SessionToken signIn(String principal) {
        if (principal.isEmpty()) {
            throw new IllegalArgumentException("The principal must not be empty");
        }
        Attributes.requireText("principal", principal);
        principalChange = new PrincipalChange(principal);
        return rotate();
    }

    /** Says that nobody is signed in any more, and rotates. To end the session altogether, revoke it. */
    public synchronized SessionToken signOut() {
        principalChange = new PrincipalChange(null);
        return rotate();
    }

    /**
     * Has the next save store a new session even if there is nothing in it: for applications that know their visitors by
     * the mere id. Every client that never comes back then costs a key until it expires.
     */
    public synchronized void storeEvenIfEmpty() {
        storedEvenIfEmpty = true;
    }

    /** The id and what is known without looking at any attribute. */
    @Override
    public synchronized String toString() {
        return "Session[" + id + (isNew ? ", new" : "") + (ended ? ", ended" : "") + "]";
    }

    /** The token without a rotation that is not saved yet. */
    synchronized SessionToken storedToken() {
        return token;
    }

    synchronized Header header() {
        return header;
    }

    synchronized @Nullable SessionState base() {
        return base;
    }

    /** Whether there is anything that would be worth storing. */
    synchronized boolean isEmpty() {
        return !storedEvenIfEmpty && principal().isEmpty() && attributes.isEmpty();
    }

    /** What was done so far and is not stored yet, values that were changed in place included. */
    synchronized Changes changes() {
        Changes all = new Changes(attributes.changes(), rotation, principalChange, idleTimeoutChange);
        return savedOutOfSight == null ? all : all.without(savedOutOfSight);
    }

    /** These changes have been stored, and this is the state that they led to. */
    synchronized void saved(Changes stored, SessionState state) {
        if (stored.token() == null && isOutOfSight(state)) {
            savedOutOfSight = savedOutOfSight == null ? stored : savedOutOfSight.and(stored);
            return;
        }
        base = state;
        header = state.header();
        if (stored.token() != null) {
            token = stored.token();
        }
        rotation = Objects.equals(rotation, stored.token()) ? null : rotation;
        principalChange = Objects.equals(principalChange, stored.principal()) ? null : principalChange;
        idleTimeoutChange = Objects.equals(idleTimeoutChange, stored.idleTimeout()) ? null : idleTimeoutChange;
        attributes.saved(stored.attributes(), state);
    }

    /** That this state is in use has been written down. */
    synchronized void touched(SessionState state, long atMillis) {
        base = base != null && base.revision() == state.revision() ? base.touched(atMillis) : base;
    }

    /** Another session object has stored this state: show it, but for what this one changed itself. */
    synchronized void adopt(SessionState state, SessionToken newToken) {
        if (newToken.equals(token) && isOutOfSight(state)) {
            return;
        }
        base = state;
        header = state.header();
        token = newToken;
        attributes.adopt(state);
    }

    /**
     * Whether the secret was replaced since this request was let in. Its changes are merged, but what its token does not
     * open any more it does not get to see: somebody else may have signed in. Its own rotation, whose reply was lost, hides
     * nothing from it.
     */
    private boolean isOutOfSight(SessionState state) {
        byte[] verifier = state.header().verifier();
        return !SessionToken.same(header.verifier(), verifier) && !isOwnRotation(verifier);
    }

    private boolean isOwnRotation(byte[] verifier) {
        return rotation != null && SessionToken.same(rotation.verifier(), verifier);
    }

    /** This write is about to create the session. */
    synchronized void creating(SessionWrite write) {
        creations.add(write.revision());
    }

    /** Whether one of those writes led to this state, which a token of this session still opens. */
    synchronized boolean hasCreated(SessionState state) {
        byte[] verifier = state.header().verifier();
        return creations.contains(state.revision())
                && (SessionToken.same(token.verifier(), verifier) || isOwnRotation(verifier));
    }

    /** The caller has chosen the token of this new session. */
    synchronized void keepToken() {
        hasChosenToken = true;
    }

    synchronized boolean hasChosenToken() {
        return hasChosenToken;
    }

    /** The id turned out to be taken: take another one. Does nothing to a session that has been stored meanwhile. */
    synchronized void renew() {
        if (base == null) {
            id = SessionId.random(engine.settings().random());
            token = engine.newToken(id);
            header = engine.newHeader(token);
            rotation = rotation == null ? null : engine.newToken(id);
        }
    }

    synchronized void end() {
        ended = true;
    }

    synchronized void revoked() {
        revoked = true;
        ended = true;
    }
}
