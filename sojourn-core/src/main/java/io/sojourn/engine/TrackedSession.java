package io.sojourn.engine;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StandIn;
import io.sojourn.bytes.Sha256;
import io.sojourn.context.EngineContext;
import io.sojourn.format.Header;
import io.sojourn.log.Printable;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionDelta.LimitChange;
import io.sojourn.record.SessionDelta.PrincipalChange;
import io.sojourn.record.SessionDelta.Rotation;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link Session}: the record that was loaded, and what this request did to it. The locks guard memory only and
 * are never held during I/O, so they do not pin virtual threads.
 */
public final class TrackedSession implements Session {

    /** How far ahead the clock of another node may be. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

    private final EngineContext context;
    private final long lastAccessedAt;

    /** Made when somebody first asks for one: a request that only shows its token pays for none. */
    private @Nullable Attributes attributes;

    private SessionId id;
    private SessionToken token;
    private @Nullable SessionRecord base;
    private final HeaderChanges header;

    private boolean isNew;

    /** Why the session stands in for another one; null for an ordinary session. */
    private @Nullable StandIn standIn;

    /**
     * The changes that were saved on top of a record that this request's token does not open, because the secret was replaced
     * since the request was let in. The request is not shown that record: another user may have signed in. The changes are not
     * sent again, since that could undo later changes of others. Null as long as there are none.
     */
    private @Nullable SessionDelta savedUnseen;

    /**
     * Whether the session was found by its id, so that the client's token is not known: the token here has that id and opens
     * nothing.
     */
    private boolean foundById;

    private boolean ended;
    private boolean revoked;
    private boolean storedEvenIfEmpty;

    /** Whether the caller has chosen the token, so that no other will do. */
    private boolean hasChosenToken;

    /** What the session is made from; null unless it is to be adopted. */
    private @Nullable ForeignSession old;

    private boolean oldIsRemoved;

    /** The revisions of the writes that may have created the session. */
    private Set<Long> creations = Set.of();

    /** A session that is not stored yet. */
    TrackedSession(EngineContext context, SessionToken token, Header header, @Nullable StandIn standIn) {
        this(context, token, null, header, header.createdAt(), standIn);
    }

    /** A stored session that a token opened. */
    TrackedSession(EngineContext context, SessionToken token, SessionRecord base) {
        this(context, token, base, null);
    }

    /** A stored session that a token opened, or a stored stand-in. */
    TrackedSession(EngineContext context, SessionToken token, SessionRecord base, @Nullable StandIn standIn) {
        this(context, token, base, base.header(), base.touchedAt(), standIn);
    }

    private TrackedSession(
            EngineContext context,
            SessionToken token,
            @Nullable SessionRecord base,
            Header header,
            long lastAccessedAt,
            @Nullable StandIn standIn) {
        this.context = context;
        this.token = token;
        this.id = token.id();
        this.base = base;
        this.header = new HeaderChanges(header);
        this.lastAccessedAt = lastAccessedAt;
        this.isNew = base == null;
        this.standIn = standIn;
    }

    /** A stored session that was found by its id alone. */
    static TrackedSession foundById(EngineContext context, SessionId id, SessionRecord base) {
        TrackedSession session = new TrackedSession(context, context.newToken(id), base);
        session.foundById = true;
        return session;
    }

    /** A session that has ended, as it was stored last. */
    static TrackedSession ended(EngineContext context, SessionId id, SessionRecord last) {
        TrackedSession session = foundById(context, id, last);
        session.revoked();
        return session;
    }

    /** The session as its manager made it. */
    public static TrackedSession of(Session session) {
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
        return id + "~" + (header.stored().rotations() + (header.delta().rotation() == null ? 0 : 1));
    }

    @Override
    public synchronized SessionToken token() {
        if (header.delta().rotation() == null) {
            requireKnownToken();
        }
        return newestToken();
    }

    /** As {@link #token()}; of a session that was found by its id, one that opens nothing. */
    synchronized SessionToken newestToken() {
        Rotation rotation = header.delta().rotation();
        return rotation == null ? token : rotation.token();
    }

    private void requireKnownToken() {
        if (foundById) {
            throw new IllegalStateException("The token of session " + id
                    + " is not known: the session was found by its id, and only its client has the token.");
        }
    }

    @Override
    public synchronized boolean isNew() {
        return isNew;
    }

    @Override
    public synchronized Optional<StandIn> standIn() {
        return Optional.ofNullable(standIn);
    }

    /** Whether the session is never stored. */
    synchronized boolean isTransient() {
        return standIn == StandIn.LEFT_OUT_TOKENS;
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

    @Override
    public synchronized void setAbsoluteTimeout(Duration timeout) {
        long lasting = limit("absolute timeout", timeout);
        long deadline = lasting == Header.NONE ? Header.NONE : header.stored().createdAt() + lasting;
        if (deadline != header.now().deadline()) {
            header.limit(new LimitChange(null, deadline, null));
        }
    }

    private static long limit(String what, Duration limit) {
        if (limit.compareTo(SessionSettings.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "The " + what + " must be at most " + SessionSettings.LONGEST + ", not " + limit);
        }
        return limit.isNegative() ? Header.NONE : Header.wholeMillis(limit);
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

    private void restoreUsualLimits() {
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
            throw new ClassCastException(
                    "Attribute " + Printable.quoted(name) + " is of " + value.getClass() + ", not " + type);
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
        Rotation rotation = header.delta().rotation();
        if (rotation != null && rotation.byAge()) {
            header.rotate(null);
        }
    }

    /** The stand-in's own token may be handed out from now on. */
    synchronized void becomeOrdinary() {
        standIn = null;
        header.rotate(new Rotation(context.newToken(id), true));
    }

    /** Rotates if the secret is older than it should be. */
    synchronized void renewIfDue() {
        if (header.delta().rotation() == null
                && base != null
                && context.lifetimes().renewalIsDue(header.stored(), context.now())) {
            header.rotate(new Rotation(context.newToken(id), true));
        }
    }

    /** The client shows an older secret: it has never got the newest, unless the answer with it is still on its way. */
    synchronized void renewAgainIfDue() {
        Header stored = header.stored();
        if (context.now() - stored.secretSince()
                >= context.settings().renewalGrace().toMillis()) {
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
        Instant at = authenticatedAt().orElse(null);
        if (at == null) {
            return false;
        }
        Duration age = Duration.between(at, Instant.ofEpochMilli(context.now()));
        return age.compareTo(MAX_CLOCK_SKEW.negated()) >= 0 && age.compareTo(duration) <= 0;
    }

    @Override
    public SessionToken signIn(String principal) {
        return signedIn(principal, null);
    }

    @Override
    public SessionToken signIn(String principal, Set<String> keep) {
        return signedIn(principal, Set.copyOf(keep));
    }

    private synchronized SessionToken signedIn(String principal, @Nullable Set<String> keep) {
        requireValue("principal", principal);
        if (standIn != null && standIn != StandIn.UNKNOWN_TOKEN) {
            startAnew();
        }
        standIn = null;
        if (principal().filter(before -> !before.equals(principal)).isPresent()) {
            restoreUsualLimits();
        }
        if (keep != null) {
            attributes().retain(keep);
        }
        header.signIn(new PrincipalChange(principal, context.moment(), keep));
        return newSecret();
    }

    /** The client of a session that was found by its id could not be told of a new secret, so it keeps the one that it has. */
    private SessionToken newSecret() {
        return foundById ? token : rotate();
    }

    /**
     * Becomes a new session that is not stored yet, with an id and a token of its own, and all that this request was shown and
     * has changed.
     */
    synchronized void startAnew() {
        attributes().startAnew();
        isNew = true;
        standIn = null;
        savedUnseen = null;
        hasChosenToken = false;
        base = null;
        id = context.newId();
        token = context.newToken(id);
        header.startAnew(context.newHeader(token), context.moment());
    }

    @Override
    public synchronized SessionToken signOut() {
        header.signIn(new PrincipalChange(null, context.moment(), null));
        restoreUsualLimits();
        return newSecret();
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
        header.index(index, value, context.moment());
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
        if (value.length() > MAX_VALUE_LENGTH) {
            throw new IllegalArgumentException("The " + what + " has " + value.length() + " characters; at most "
                    + MAX_VALUE_LENGTH + " are allowed. Give an id instead of a text.");
        }
        Attributes.requireText(what, value);
    }

    @Override
    public synchronized String toString() {
        return "Session[" + id + (isNew ? ", new" : "") + (ended ? ", ended" : "") + "]";
    }

    @Override
    public synchronized SessionToken storedToken() {
        requireKnownToken();
        return token;
    }

    /** Whether this secret is the one that let the request in. */
    synchronized boolean isLetInBy(byte[] verifier) {
        return foundById ? Sha256.same(header.stored().verifier(), verifier) : Sha256.same(token.verifier(), verifier);
    }

    /** What the token that this request holds is to that record; of a session that was found by its id, a wrong one. */
    synchronized TokenCheck check(Header current) {
        return TokenCheck.of(token, current, context.now());
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
        PrincipalChange change = header.delta().principal();
        return ended || isTransient() || change == null || !change.isSignIn() ? null : change;
    }

    /** This sign-in is known to be later than a revocation; does nothing if something else has been said since. */
    synchronized void signedInAfter(long revocation, PrincipalChange signIn) {
        if (signIn.equals(header.delta().principal())) {
            header.signIn(new PrincipalChange(signIn.principal(), signIn.at().after(revocation), signIn.keep()));
        }
    }

    /** A session over this record, or a new one, for a function to work on. This session's unsaved changes are not in it. */
    synchronized TrackedSession fork(@Nullable SessionRecord record) {
        TrackedSession fork = record == null
                ? new TrackedSession(context, token, header.stored(), standIn)
                : new TrackedSession(context, token, record, standIn);
        fork.hasChosenToken = hasChosenToken;
        fork.foundById = foundById;
        return fork;
    }

    /** A session over the last record of this one, which the caller has ended. */
    synchronized TrackedSession last(SessionRecord record) {
        TrackedSession last = new TrackedSession(context, token, record);
        last.foundById = foundById;
        last.revoked();
        return last;
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

    /** Whether this request has saved something on top of a record that it is not shown. */
    synchronized boolean hasSavedUnseen() {
        return savedUnseen != null;
    }

    /** The stored state if nobody has as much as looked at an attribute, so that there is nothing to be saved; else null. */
    synchronized @Nullable SessionRecord untouched() {
        return ended
                        || attributes != null
                        || savedUnseen != null
                        || !header.delta().isEmpty()
                ? null
                : base;
    }

    /** What was done so far and is not stored yet, values that were changed in place included. */
    synchronized SessionDelta changes() {
        SessionDelta all = header.changes(attributes == null ? Map.of() : attributes.changes());
        return savedUnseen == null ? all : all.without(savedUnseen);
    }

    /**
     * These changes have been stored, and this is the record that they led to.
     *
     * @param done the stored changes and those that were given up; none of them is sent again
     */
    synchronized void saved(SessionDelta done, SessionDelta stored, SessionRecord state) {
        if (stored.token() == null && !mayShow(state)) {
            savedUnseen = savedUnseen == null ? done : savedUnseen.and(done);
            return;
        }
        base = state;
        SessionToken newToken = stored.token();
        if (newToken != null) {
            token = newToken;
            foundById = false;
        }
        header.saved(done, state.header());
        if (attributes != null) {
            attributes.saved(stored.attributes(), state);
        }
    }

    /** That this state is in use has been written down. */
    synchronized void touched(SessionRecord state, long atMillis) {
        base = base != null && base.revision() == state.revision() ? base.touched(atMillis) : base;
    }

    /** Another session object has stored this record: show it, but for what this one changed itself. */
    synchronized void adopt(SessionRecord state, SessionToken newToken) {
        base = state;
        if (!id.equals(newToken.id())) { // It has started anew, because of a sign-in.
            id = newToken.id();
            isNew = true;
            standIn = null;
            hasChosenToken = false;
        }
        header.show(state.header());
        foundById = foundById
                && token.id().equals(newToken.id())
                && !Sha256.same(newToken.verifier(), state.header().verifier());
        token = newToken;
        if (attributes != null) {
            attributes.adopt(state);
        }
    }

    /**
     * Whether the record may be shown to this request: its token opens it, its own rotation led to it, or it has the secret of
     * the record that the request was let in by. Otherwise the secret was replaced since, and another user may have signed in.
     */
    synchronized boolean mayShow(SessionRecord state) {
        byte[] verifier = state.header().verifier();
        if (foundById
                && Objects.equals(header.stored().principal(), state.header().principal())) {
            return true; // The caller is trusted, and means this user's session.
        }
        return Sha256.same(header.stored().verifier(), verifier)
                || isOwnRotation(verifier)
                || TokenCheck.of(token, state.header(), context.now()).opens();
    }

    /** Whether the record has the secret of the one that this session shows. */
    synchronized boolean hasSecretOf(SessionRecord state) {
        return Sha256.same(header.stored().verifier(), state.header().verifier());
    }

    /** Whether this request may end a newer record: not if another principal has signed in there. */
    synchronized boolean mayEnd(SessionRecord state) {
        String theirs = state.header().principal();
        return theirs == null || theirs.equals(header.stored().principal()) || mayShow(state);
    }

    /**
     * Whether use through this object may extend a newer record: if the same principal is signed in, or none as before, or if the
     * sign-in was not one that replaced the secret. Otherwise a visitor who has planted a cookie could keep the session of the user alive who has
     * signed in with it.
     */
    synchronized boolean mayExtend(SessionRecord state) {
        return Objects.equals(header.stored().principal(), state.header().principal())
                || mergeCheck(state) == MergeCheck.ALL;
    }

    /** What this request may still write to a newer record. */
    synchronized MergeCheck mergeCheck(SessionRecord state) {
        if (foundById) {
            return mergeCheckById(state.header().principal());
        }
        return isOwnRotation(state.header().verifier())
                ? MergeCheck.ALL
                : MergeCheck.of(context, token, header.stored(), state.header());
    }

    /**
     * The caller is trusted, and means the session of the user whom it found there. Of what it does to a visitor's session the
     * attributes are kept when the visitor signs in meanwhile.
     */
    private MergeCheck mergeCheckById(@Nullable String principal) {
        String before = header.stored().principal();
        if (Objects.equals(before, principal)) {
            return MergeCheck.ALL;
        }
        return before == null && header.delta().principal() == null ? MergeCheck.ATTRIBUTES : MergeCheck.NOTHING;
    }

    private boolean isOwnRotation(byte[] verifier) {
        Rotation rotation = header.delta().rotation();
        return rotation != null && Sha256.same(rotation.token().verifier(), verifier);
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
                && (Sha256.same(token.verifier(), verifier) || isOwnRotation(verifier));
    }

    /** The caller has chosen the token of this new session. */
    synchronized void keepToken() {
        hasChosenToken = true;
    }

    /** A session that is made from one of another store, which its token was derived from. */
    static TrackedSession adopting(EngineContext context, SessionToken derived, Header header, ForeignSession old) {
        long lastAccessedAt = old.lastAccessedAt().map(Instant::toEpochMilli).orElse(header.createdAt());
        TrackedSession session = new TrackedSession(context, derived, null, header, lastAccessedAt, null);
        session.old = old;
        session.isNew = false; // The client knows it.
        session.keepToken();
        session.header.rotate(new Rotation(context.newToken(derived.id()), true));
        return session;
    }

    /** Whether what this session is made from has been removed. */
    synchronized boolean isRemoved() {
        return oldIsRemoved;
    }

    synchronized void removed() {
        oldIsRemoved = true;
    }

    @Nullable
    synchronized ForeignSession adopted() {
        return old;
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
            header.rotate(header.delta().rotation() == null ? null : new Rotation(context.newToken(id), false));
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
