package io.sojourn;

import io.sojourn.Changes.LimitChange;
import io.sojourn.Changes.PrincipalChange;
import io.sojourn.Changes.Rotation;
import io.sojourn.format.Header;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
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

    /** How many named indexes a session may be in: {@value}. */
    public static final int MAX_INDEXES = 8;

    /** How many labels a session may have: {@value}. */
    public static final int MAX_LABELS = 8;

    /** Characters of a label that are kept: {@value}. */
    public static final int MAX_LABEL_LENGTH = 256;

    private final EngineContext context;
    private final boolean isNew;
    private final boolean isTransient;
    private final long lastAccessedAt;

    /** Made when somebody first asks for one: a request that only shows its token pays for none. */
    private @Nullable Attributes attributes;

    private SessionId id;
    private SessionToken token;
    private @Nullable SessionState base;
    private final HeaderLog header;

    /** What was stored in a state that this request is not shown. A second time it could undo what others did since. */
    private @Nullable Changes savedOutOfSight;

    /** What this request has stored last, if it is not shown that. The next update begins there, or it could undo nothing of it. */
    private @Nullable SessionState outOfSight;

    private boolean ended;
    private boolean revoked;
    private boolean storedEvenIfEmpty;

    /** Whether the caller has chosen the token, so that no other will do. */
    private boolean hasChosenToken;

    /** The revisions of the writes that may have created the session. */
    private Set<Long> creations = Set.of();

    /** A session that is not stored yet. */
    Session(EngineContext context, SessionToken token, Header header, boolean isTransient) {
        this(context, token, null, header, header.createdAt(), isTransient);
    }

    /** A stored session that a token opened. */
    Session(EngineContext context, SessionToken token, SessionState base) {
        this(context, token, base, base.header(), base.touchedAt(), false);
    }

    private Session(
            EngineContext context,
            SessionToken token,
            @Nullable SessionState base,
            Header header,
            long lastAccessedAt,
            boolean isTransient) {
        this.context = context;
        this.token = token;
        this.id = token.id();
        this.base = base;
        this.header = new HeaderLog(header);
        this.lastAccessedAt = lastAccessedAt;
        this.isNew = base == null;
        this.isTransient = isTransient;
    }

    private synchronized Attributes attributes() {
        Attributes known = attributes;
        if (known == null) {
            known = new Attributes(context, base);
            attributes = known;
        }
        return known;
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
        return id + "~" + (header.stored().rotations() + (header.rotation() == null ? 0 : 1));
    }

    /**
     * What the client is to hold: the token that it showed, or the new one of a new or rotated session. Hand out a new one
     * only after {@link SessionManager#save} has said {@link SaveOutcome#SAVED}.
     */
    public synchronized SessionToken token() {
        Rotation rotation = header.rotation();
        return rotation == null ? token : rotation.token();
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
        return Instant.ofEpochMilli(lastAccessedAt);
    }

    /** When the session ends, however much it is used; empty for never. */
    public synchronized Optional<Instant> absoluteDeadline() {
        return instant(header.now().deadline());
    }

    private static Optional<Instant> instant(long millis) {
        return millis == Header.NONE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** How long this session may lie unused; zero for ever. */
    public synchronized Duration idleTimeout() {
        return Duration.ofMillis(header.now().idleTimeout());
    }

    /**
     * How long this session may lie unused from now on, rounded up to milliseconds. Zero or less: for ever, up to its
     * {@link #absoluteDeadline()}.
     *
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    public synchronized void setIdleTimeout(Duration timeout) {
        header.idleTimeout(limit("idle timeout", timeout));
    }

    private static long limit(String what, Duration limit) {
        if (limit.compareTo(SessionSettings.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "The " + what + " must be at most " + SessionSettings.LONGEST + ", not " + limit);
        }
        return limit.isNegative() ? Header.NONE : Lifetimes.wholeMillis(limit);
    }

    /**
     * Gives this session longer limits than others, because its owner has asked for it ("remember me"); call it after
     * {@link #signIn}. The filter for servlets makes its cookie outlive the browser. Never do so without being asked: whoever sits down at the same browser is signed in for as long.
     * {@link #signOut} takes it back, and so does the sign-in of somebody else.
     *
     * @param idle how long it may lie unused; zero for ever
     * @param absolute how long it may last from now on, however much it is used; zero for ever
     * @throws IllegalArgumentException for more than {@link SessionSettings#LONGEST}
     */
    public synchronized void remember(Duration idle, Duration absolute) {
        long lasting = limit("absolute timeout", absolute);
        header.limit(new LimitChange(
                limit("idle timeout", idle), lasting == Header.NONE ? Header.NONE : context.now() + lasting, true));
    }

    /** Whether the session was given longer limits with {@link #remember}. Its cookie then has to outlive the browser. */
    public synchronized boolean isRemembered() {
        return header.now().details().remembered();
    }

    private void forget() {
        if (isRemembered()) {
            Header usual = context.newHeader(token);
            long deadline = header.now().deadline();
            boolean sooner =
                    deadline != Header.NONE && (usual.deadline() == Header.NONE || deadline < usual.deadline());
            header.limit(new LimitChange(usual.idleTimeout(), sooner ? deadline : (Long) usual.deadline(), false));
        }
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
        return (T) attributes().get(id(), name);
    }

    /**
     * The value of an attribute of a known type; empty if there is none, or it cannot be read.
     *
     * @throws ClassCastException with the attribute's name, if the value is of another type
     */
    public <T> Optional<T> get(String name, Class<T> type) {
        Object value = attributes().get(id(), name);
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
        attributes().set(name, value);
    }

    /** Removes an attribute, readable or not. */
    public void remove(String name) {
        attributes().set(name, null);
    }

    /** The names of all attributes that can be read, in the order in which they were first set; a copy. */
    public Set<String> names() {
        return attributes().names(id());
    }

    /**
     * Replaces the secret when the session is saved: at every change of what the session may do (OWASP ASVS 5.0, 7.2.4).
     * From then on only the returned token opens it. Id, attributes and other requests' changes stay.
     */
    public synchronized SessionToken rotate() {
        SessionToken newToken = context.newToken(id);
        header.rotate(new Rotation(newToken, false));
        return newToken;
    }

    /**
     * Takes back a rotation that is due to {@link SessionSettings#renewal} alone. For an adapter whose answer has left: the
     * client would not learn of it. The next request makes up for it.
     */
    public synchronized void putOffRenewal() {
        Rotation rotation = header.rotation();
        if (rotation != null && rotation.byAge()) {
            header.rotate(null);
        }
    }

    /** Rotates if the secret is older than it should be. */
    synchronized void renewIfDue() {
        if (header.rotation() == null
                && base != null
                && context.lifetimes().renewalIsDue(header.stored(), context.now())) {
            header.rotate(new Rotation(context.newToken(id), true));
        }
    }

    /** Who is signed in, if anybody. */
    public synchronized Optional<String> principal() {
        return Optional.ofNullable(header.now().principal());
    }

    /** When the principal has signed in last; empty if nobody is signed in, or it is not known. */
    public synchronized Optional<Instant> authenticatedAt() {
        Header now = header.now();
        return now.principal() == null
                ? Optional.empty()
                : instant(now.details().authenticatedAt());
    }

    /**
     * Whether somebody has signed in and it is no longer ago than this. Ask it before what needs more trust than an old
     * session deserves, and let the user sign in again ({@link #signIn} with the same name) if not (OWASP ASVS 5.0, 7.5.3).
     */
    public boolean authenticatedWithin(Duration duration) {
        return authenticatedAt()
                .filter(at -> Duration.between(at, Instant.ofEpochMilli(context.now()))
                                .compareTo(duration)
                        <= 0)
                .isPresent();
    }

    /**
     * Says who has signed in, and {@linkplain #rotate() rotates}: a token from before must not open what is open now. Say it
     * as soon as it is known: what is revoked from then on, until the session is saved, revokes this sign-in, too. That
     * somebody else was {@linkplain #remember remembered} does not hold for the one who signs in now.
     */
    public synchronized SessionToken signIn(String principal) {
        requireValue("principal", principal);
        if (principal().filter(before -> !before.equals(principal)).isPresent()) {
            forget();
        }
        header.signIn(principal, context.now());
        return rotate();
    }

    /**
     * Says that nobody is signed in any more, and rotates; a session that was {@linkplain #remember remembered} gets the
     * usual limits. To end the session altogether, revoke it.
     */
    public synchronized SessionToken signOut() {
        header.signIn(null, context.now());
        forget();
        return rotate();
    }

    /**
     * Has the next save store a new session even if there is nothing in it: for applications that know their visitors by
     * the mere id. Every client that never comes back then costs a key until it expires.
     */
    public synchronized void storeEvenIfEmpty() {
        storedEvenIfEmpty = true;
    }

    /**
     * Makes the session one that {@link SessionManager#findByIndex} finds, besides by its principal: by its tenant, or by
     * the {@code sid} of an OpenID Connect provider.
     *
     * @param index the index's name: a lower-case letter and up to 30 lower-case letters, digits and hyphens; not
     *     {@code principal}
     * @param value any text that is not empty; null takes the session out of the index
     * @throws IllegalArgumentException if the name is none, or the value is empty or has an unpaired surrogate
     * @throws IllegalStateException if there are {@link #MAX_INDEXES} already
     */
    public synchronized void index(String index, @Nullable String value) {
        if (IndexKey.requireName(index).equals(IndexKey.PRINCIPAL)) {
            throw new IllegalArgumentException("The index of principals is kept by signIn and signOut");
        }
        if (value != null) {
            requireValue("value of the index " + index, value);
        }
        header.index(index, value, context.now());
    }

    /** The values under which the session is found, by the name of the index. */
    public synchronized Map<String, String> indexes() {
        return header.now().details().indexes();
    }

    /**
     * Notes something to tell this session from others of its principal, such as the browser it was made with; it comes back
     * in {@link SessionInfo#labels}. Not for what decides anything. A text longer than {@link #MAX_LABEL_LENGTH} is cut, so
     * that a client's header can be given as it is.
     *
     * @param name at most 32 characters
     * @param value null removes
     * @throws IllegalArgumentException if the name is empty, too long, or has an unpaired surrogate
     * @throws IllegalStateException if there are {@link #MAX_LABELS} already
     */
    public synchronized void label(String name, @Nullable String value) {
        if (name.isEmpty() || name.length() > 32) {
            throw new IllegalArgumentException("The name of a label must have 1 to 32 characters");
        }
        Attributes.requireText("name of a label", name);
        header.label(name, value);
    }

    /** What was noted with {@link #label}. */
    public synchronized Map<String, String> labels() {
        return header.now().details().labels();
    }

    private static void requireValue(String what, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("The " + what + " must not be empty");
        }
        Attributes.requireText(what, value);
    }

    /** The id and what is known without looking at any attribute. */
    @Override
    public synchronized String toString() {
        return "Session[" + id + (isNew ? ", new" : "") + (ended ? ", ended" : "") + "]";
    }

    /**
     * The token without a rotation that is not saved yet: what the client holds that showed it. For adapters that must know
     * whether {@link #token()} is news to the client.
     */
    public synchronized SessionToken storedToken() {
        return token;
    }

    synchronized Header header() {
        return header.stored();
    }

    /** The header with what this request did to it. */
    synchronized Header headerNow() {
        return header.now();
    }

    /** The sign-in that the next save will store; null if there is none. */
    synchronized @Nullable PrincipalChange unsavedSignIn() {
        PrincipalChange change = header.principalChange();
        return ended || isTransient || change == null || change.principal() == null ? null : change;
    }

    /** It counts as said then, unless something else has been said since; tells whether it does. */
    synchronized boolean repeatSignIn(PrincipalChange signIn, long atMillis) {
        boolean same = signIn.equals(header.principalChange());
        if (same) {
            header.signIn(signIn.principal(), atMillis);
        }
        return same;
    }

    synchronized @Nullable SessionState base() {
        return base;
    }

    /** Whether there is anything that would be worth storing. */
    synchronized boolean isEmpty() {
        return !storedEvenIfEmpty
                && principal().isEmpty()
                && indexes().isEmpty()
                && attributes().isEmpty();
    }

    /** The newest state that is known, whether or not this request is shown it. */
    synchronized @Nullable SessionState newest() {
        return outOfSight == null ? base : outOfSight;
    }

    /** The stored state if nobody has as much as looked at an attribute, so that there is nothing to be saved; else null. */
    synchronized @Nullable SessionState untouched() {
        return ended || attributes != null || savedOutOfSight != null || !header.isEmpty() ? null : base;
    }

    /** What was done so far and is not stored yet, values that were changed in place included. */
    synchronized Changes changes() {
        Changes all = header.changes(attributes == null ? Map.of() : attributes.changes());
        return savedOutOfSight == null ? all : all.without(savedOutOfSight);
    }

    /** These changes have been stored, and this is the state that they led to. */
    synchronized void saved(Changes stored, SessionState state) {
        if (stored.token() == null && isOutOfSight(state)) {
            savedOutOfSight = savedOutOfSight == null ? stored : savedOutOfSight.and(stored);
            outOfSight = state;
            return;
        }
        base = state;
        outOfSight = null;
        SessionToken newToken = stored.token();
        if (newToken != null) {
            token = newToken;
        }
        header.saved(stored, state.header());
        if (attributes != null) {
            attributes.saved(stored.attributes(), state);
        }
    }

    /** That this state is in use has been written down. */
    synchronized void touched(SessionState state, long atMillis) {
        base = base != null && base.revision() == state.revision() ? base.touched(atMillis) : base;
    }

    /** Another session object has stored this state: show it, but for what this one changed itself. */
    synchronized void adopt(SessionState state, SessionToken newToken) {
        if (newToken.equals(token) && isOutOfSight(state)) {
            outOfSight = state;
            return;
        }
        base = state;
        outOfSight = null;
        header.show(state.header());
        token = newToken;
        if (attributes != null) {
            attributes.adopt(state);
        }
    }

    /**
     * Whether the secret was replaced since this request was let in. Its changes are merged, but what its token does not
     * open any more it does not get to see: somebody else may have signed in. Its own rotation, whose reply was lost, hides
     * nothing from it.
     */
    private boolean isOutOfSight(SessionState state) {
        byte[] verifier = state.header().verifier();
        return !SessionToken.same(header.stored().verifier(), verifier) && !isOwnRotation(verifier);
    }

    private boolean isOwnRotation(byte[] verifier) {
        Rotation rotation = header.rotation();
        return rotation != null && SessionToken.same(rotation.token().verifier(), verifier);
    }

    /** This write is about to create the session. Tells whether it may: the session may have been revoked just now. */
    synchronized boolean creating(SessionWrite write) {
        if (!ended) {
            creations = creations.isEmpty() ? new HashSet<>(2) : creations;
            creations.add(write.revision());
        }
        return !ended;
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
            id = context.newId();
            token = context.newToken(id);
            header.show(context.newHeader(token));
            header.rotate(header.rotation() == null ? null : new Rotation(context.newToken(id), false));
        }
    }

    synchronized void end() {
        ended = true;
    }

    /**
     * Ends the session if it has ended already, or no write was ever begun that could have stored it; else does nothing. Tells
     * whether it did.
     */
    synchronized boolean revokedUnwritten() {
        boolean unwritten = ended || (base == null && creations.isEmpty());
        if (unwritten) {
            revoked();
        }
        return unwritten;
    }

    synchronized void revoked() {
        revoked = true;
        ended = true;
    }
}
