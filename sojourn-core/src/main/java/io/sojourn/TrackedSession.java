package io.sojourn;

import io.sojourn.SessionDelta.LimitChange;
import io.sojourn.SessionDelta.PrincipalChange;
import io.sojourn.SessionDelta.Rotation;
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
 * The state of a {@link Session}: the record that was loaded, and what this request did to it. The locks guard memory only and
 * are never held during I/O, so they do not pin virtual threads.
 */
final class TrackedSession implements Session {

    /**
     * What this request has saved on top of a state that its token does not open, because the secret was replaced since the
     * request was let in. The request is not shown that state: somebody else may have signed in.
     *
     * @param record the newest state, for the next update to begin with
     * @param saved our changes that are part of it; they are not sent again, since that could undo later changes of others
     */
    private record Hidden(SessionRecord record, SessionDelta saved) {}

    private final EngineContext context;
    private final boolean isNew;
    private final boolean isTransient;
    private final long lastAccessedAt;

    /** Made when somebody first asks for one: a request that only shows its token pays for none. */
    private @Nullable Attributes attributes;

    private SessionId id;
    private SessionToken token;
    private @Nullable SessionRecord base;
    private final HeaderChanges header;

    private @Nullable Hidden hidden;

    private boolean ended;
    private boolean revoked;
    private boolean storedEvenIfEmpty;

    /** Whether the caller has chosen the token, so that no other will do. */
    private boolean hasChosenToken;

    /** The revisions of the writes that may have created the session. */
    private Set<Long> creations = Set.of();

    /** A session that is not stored yet. */
    TrackedSession(EngineContext context, SessionToken token, Header header, boolean isTransient) {
        this(context, token, null, header, header.createdAt(), isTransient);
    }

    /** A stored session that a token opened. */
    TrackedSession(EngineContext context, SessionToken token, SessionRecord base) {
        this(context, token, base, base.header(), base.touchedAt(), false);
    }

    private TrackedSession(
            EngineContext context,
            SessionToken token,
            @Nullable SessionRecord base,
            Header header,
            long lastAccessedAt,
            boolean isTransient) {
        this.context = context;
        this.token = token;
        this.id = token.id();
        this.base = base;
        this.header = new HeaderChanges(header);
        this.lastAccessedAt = lastAccessedAt;
        this.isNew = base == null;
        this.isTransient = isTransient;
    }

    /** The session as its manager made it. */
    static TrackedSession of(Session session) {
        if (session instanceof TrackedSession tracked) {
            return tracked;
        }
        throw new IllegalArgumentException("A manager takes only sessions that a manager made, not a "
                + session.getClass().getName());
    }

    private synchronized Attributes attributes() {
        Attributes known = attributes;
        if (known == null) {
            known = new Attributes(context, base);
            attributes = known;
        }
        return known;
    }

    @Override
    public synchronized SessionId id() {
        return id;
    }

    @Override
    public synchronized String publicId() {
        return id + "~" + (header.stored().rotations() + (header.rotation() == null ? 0 : 1));
    }

    @Override
    public synchronized SessionToken token() {
        Rotation rotation = header.rotation();
        return rotation == null ? token : rotation.token();
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public boolean isTransient() {
        return isTransient;
    }

    @Override
    public synchronized boolean isStored() {
        return base != null && !ended;
    }

    @Override
    public synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public synchronized boolean isRevoked() {
        return revoked;
    }

    @Override
    public Instant createdAt() {
        return Instant.ofEpochMilli(header().createdAt());
    }

    @Override
    public Instant lastAccessedAt() {
        return Instant.ofEpochMilli(lastAccessedAt);
    }

    @Override
    public synchronized Optional<Instant> absoluteDeadline() {
        return instant(header.now().deadline());
    }

    private static Optional<Instant> instant(long millis) {
        return millis == Header.NONE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    @Override
    public synchronized Duration idleTimeout() {
        return Duration.ofMillis(header.now().idleTimeout());
    }

    @Override
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

    @Override
    public synchronized void remember(Duration idle, Duration absolute) {
        long lasting = limit("absolute timeout", absolute);
        header.limit(new LimitChange(
                limit("idle timeout", idle), lasting == Header.NONE ? Header.NONE : context.now() + lasting, true));
    }

    @Override
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

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable T get(String name) {
        return (T) attributes().get(id(), name);
    }

    @Override
    public <T> Optional<T> get(String name, Class<T> type) {
        Object value = attributes().get(id(), name);
        if (value != null && !type.isInstance(value)) {
            throw new ClassCastException("Attribute \"" + name + "\" is of " + value.getClass() + ", not " + type);
        }
        return Optional.ofNullable(type.cast(value));
    }

    @Override
    public void set(String name, @Nullable Object value) {
        attributes().set(name, value);
    }

    @Override
    public void remove(String name) {
        attributes().set(name, null);
    }

    @Override
    public Set<String> names() {
        return attributes().names(id());
    }

    @Override
    public synchronized SessionToken rotate() {
        SessionToken newToken = context.newToken(id);
        header.rotate(new Rotation(newToken, false));
        return newToken;
    }

    @Override
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

    @Override
    public synchronized Optional<String> principal() {
        return Optional.ofNullable(header.now().principal());
    }

    @Override
    public synchronized Optional<Instant> authenticatedAt() {
        Header now = header.now();
        return now.principal() == null
                ? Optional.empty()
                : instant(now.details().authenticatedAt());
    }

    @Override
    public boolean authenticatedWithin(Duration duration) {
        return authenticatedAt()
                .filter(at -> Duration.between(at, Instant.ofEpochMilli(context.now()))
                                .compareTo(duration)
                        <= 0)
                .isPresent();
    }

    @Override
    public synchronized SessionToken signIn(String principal) {
        requireValue("principal", principal);
        if (principal().filter(before -> !before.equals(principal)).isPresent()) {
            forget();
        }
        header.signIn(principal, context.now());
        return rotate();
    }

    @Override
    public synchronized SessionToken signOut() {
        header.signIn(null, context.now());
        forget();
        return rotate();
    }

    @Override
    public synchronized void storeEvenIfEmpty() {
        storedEvenIfEmpty = true;
    }

    @Override
    public synchronized void index(String index, @Nullable String value) {
        if (IndexKey.requireName(index).equals(IndexKey.PRINCIPAL)) {
            throw new IllegalArgumentException("The index of principals is kept by signIn and signOut");
        }
        if (value != null) {
            requireValue("value of the index " + index, value);
        }
        header.index(index, value, context.now());
    }

    @Override
    public synchronized Map<String, String> indexes() {
        return header.now().details().indexes();
    }

    @Override
    public synchronized void label(String name, @Nullable String value) {
        if (name.isEmpty() || name.length() > 32) {
            throw new IllegalArgumentException("The name of a label must have 1 to 32 characters");
        }
        Attributes.requireText("name of a label", name);
        header.label(name, value);
    }

    @Override
    public synchronized Map<String, String> labels() {
        return header.now().details().labels();
    }

    private static void requireValue(String what, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("The " + what + " must not be empty");
        }
        Attributes.requireText(what, value);
    }

    @Override
    public synchronized String toString() {
        return "Session[" + id + (isNew ? ", new" : "") + (ended ? ", ended" : "") + "]";
    }

    @Override
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

    synchronized @Nullable SessionRecord base() {
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
    synchronized @Nullable SessionRecord newest() {
        return hidden == null ? base : hidden.record();
    }

    /** The stored state if nobody has as much as looked at an attribute, so that there is nothing to be saved; else null. */
    synchronized @Nullable SessionRecord untouched() {
        return ended || attributes != null || hidden != null || !header.isEmpty() ? null : base;
    }

    /** What was done so far and is not stored yet, values that were changed in place included. */
    synchronized SessionDelta changes() {
        SessionDelta all = header.changes(attributes == null ? Map.of() : attributes.changes());
        return hidden == null ? all : all.without(hidden.saved());
    }

    /** These changes have been stored, and this is the state that they led to. */
    synchronized void saved(SessionDelta stored, SessionRecord state) {
        if (stored.token() == null && isHidden(state)) {
            hidden = new Hidden(state, hidden == null ? stored : hidden.saved().and(stored));
            return;
        }
        base = state;
        hidden = null;
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
    synchronized void touched(SessionRecord state, long atMillis) {
        base = base != null && base.revision() == state.revision() ? base.touched(atMillis) : base;
    }

    /** Another session object has stored this state: show it, but for what this one changed itself. */
    synchronized void adopt(SessionRecord state, SessionToken newToken) {
        if (newToken.equals(token) && isHidden(state)) {
            hidden = new Hidden(state, hidden == null ? SessionDelta.NONE : hidden.saved());
            return;
        }
        base = state;
        hidden = null;
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
    private boolean isHidden(SessionRecord state) {
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
    synchronized boolean hasCreated(SessionRecord state) {
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
    synchronized void takeAnotherId() {
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
