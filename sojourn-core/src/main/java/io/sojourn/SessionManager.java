package io.sojourn;

import io.sojourn.context.EngineContext;
import io.sojourn.context.WaitStrategy;
import io.sojourn.context.Waiting;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.engine.CommitDriver;
import io.sojourn.engine.Engine;
import io.sojourn.engine.TrackedSession;
import io.sojourn.observe.RevocationCause;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoreHealth;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds, saves, lists and ends sessions; a {@link Session} itself does no I/O. Thread-safe, one for an application.
 *
 * <pre>{@code
 * SessionManager sessions = SessionManager.create(RedisStore.connect("redis://localhost"));
 *
 * Session session = sessions.find(cookie).orElseGet(sessions::create);
 * session.set("cart", cart);
 * if (sessions.save(session) == SaveOutcome.SAVED) {
 *     setCookie(session.token().reveal());
 * }
 * }</pre>
 *
 * <p>Every method that asks the store throws {@link StoreUnavailableException} if it is out of reach or too slow.
 * {@link #async()} has the same methods without blocking.
 */
public final class SessionManager {

    private final Engine engine;
    private final CommitDriver driver;
    private final AsyncSessionManager async;

    private SessionManager(Engine engine) {
        this.engine = engine;
        this.driver = new CommitDriver(engine, WaitStrategy.BLOCKING);
        this.async = new AsyncSessionManager(engine, driver.waiting(WaitStrategy.ASYNC));
    }

    /** A manager with {@link SessionSettings#defaults default settings}. */
    public static SessionManager create(SessionStore store) {
        return create(store, SessionSettings.defaults());
    }

    /** A manager with these settings. Closing the store stays with the caller. */
    public static SessionManager create(SessionStore store, SessionSettings settings) {
        return new SessionManager(new Engine(new EngineContext(store, settings)));
    }

    /** The same methods, returning stages. */
    public AsyncSessionManager async() {
        return async;
    }

    /** The settings in force. */
    public SessionSettings settings() {
        return engine.context().settings();
    }

    /** A new session. It is stored by {@link #save}, once there is something in it. */
    public Session create() {
        return engine.create(null);
    }

    /**
     * A new session under a token of the caller's choice, for applications that name their sessions themselves. If it turns
     * out when it is saved that there is one of that id already, the changes are merged with it, as with any that was saved in
     * between; if the token neither opens it nor did a moment ago, nothing is written: {@link SaveOutcome#OVERTAKEN}.
     *
     * <p>Whoever can guess the token opens the session (OWASP's session prediction): an id and a secret that are computed
     * from a name are as hard to guess as the name, so never let a client choose it.
     */
    public Session create(SessionToken token) {
        return engine.create(token, null);
    }

    /**
     * A new session in place of one that lies in the form of another store. The token is {@linkplain SessionToken#derived derived}
     * from the cookie that the client holds, so that the same cookie goes on opening the session. {@link #save} creates it,
     * removes the old one, and has a fresh secret ready in {@link Session#token()}, because old cookies can be read in old
     * dumps; the derived secret opens the session, too, until the fresh one has been seen. All of that may happen again after
     * a failure, or on two nodes at once: look for the session under the derived token first, and for the old one only if there
     * is none. If another request was faster, save answers {@link SaveOutcome#OVERTAKEN}, and the session is there to be found.
     * If the old session was ended meanwhile, so is this one: {@link SaveOutcome#GONE}.
     */
    public Session adopt(SessionToken derived, ForeignSession old) {
        return engine.adopt(derived, old);
    }

    /**
     * What a {@linkplain SessionToken#derived derived} token leads to: as {@link #lookup}, but the observers are not told if
     * there is no session, because there is none before it is {@linkplain #adopt adopted}.
     */
    public Lookup lookupDerived(SessionToken derived) {
        return Waiting.get(engine.lookup(derived, WaitStrategy.BLOCKING, true));
    }

    /**
     * A session for a request whose token opens nothing, because its session has ended or never was ({@link Lookup.Absent}). As
     * {@link #create()}, but the session is stored even while it is empty, so that its cookie replaces the one that opens
     * nothing. See {@link StandIn#UNKNOWN_TOKEN}.
     */
    public Session createForUnknownToken() {
        return engine.create(StandIn.UNKNOWN_TOKEN);
    }

    /**
     * A session for a request of which not all tokens were looked up, because there were too many, or because the store could
     * not be asked. It is never stored, and no cookie may be set for it, since one of those tokens may open a session; but
     * {@link Session#signIn} makes a real new session of it. See {@link StandIn#LEFT_OUT_TOKENS}. For a token that was replaced a
     * moment ago use {@link Lookup.Superseded#standIn}.
     */
    public Session createForLeftOutTokens() {
        return engine.create(StandIn.LEFT_OUT_TOKENS);
    }

    /** The session that a client's text opens. A text that is no token is never asked about. */
    public Optional<Session> find(String token) {
        SessionToken parsed = SessionToken.parse(token).orElse(null);
        return parsed == null ? Optional.empty() : find(parsed);
    }

    /** The session that a token opens. */
    public Optional<Session> find(SessionToken token) {
        return lookup(token).session();
    }

    /**
     * The session with this id, of any client: for the application's own code, such as an administrator's page, a job,
     * or a message listener. Its client is not needed for it and does not notice.
     *
     * <p><b>An id is no proof.</b> Ids stand in logs and lists, so a text that a client sent must never get here unless the client
     * is allowed to manage this session; {@link #find(String)} opens what a client may open.
     *
     * <p>The session is loaded and saved as any other, and its changes are merged. It differs in this: {@link Session#token()} is
     * not known; {@link Session#signIn(String)} and {@link Session#signOut()} leave the client its secret, and return a token that opens
     * nothing; if another principal has signed in since, {@link #save} writes nothing ({@link SaveOutcome#OVERTAKEN}).
     * {@link Session#rotate()} gives a new token, and the client's own opens nothing from then on. Finding alone does not extend
     * the session; saving does.
     */
    public Optional<Session> findById(SessionId id) {
        return Waiting.get(engine.findById(id, WaitStrategy.BLOCKING));
    }

    /** What a token leads to: as {@link #find(SessionToken)}, for adapters that must know why there is no session. */
    public Lookup lookup(SessionToken token) {
        return Waiting.get(engine.lookup(token, WaitStrategy.BLOCKING, false));
    }

    /**
     * The session that a token opened when the store could last be asked, for a request that only reads while it is out of
     * reach. Empty unless the store keeps copies and was told to show old ones, as a near cache with {@code staleWhileDown};
     * and once the session is past its absolute deadline or known to have ended. What was changed, or ended, elsewhere
     * meanwhile is not known. A change to it can be saved if the store is back by then; otherwise {@link #save} throws as usual.
     */
    public Optional<Session> findLastKnown(SessionToken token) {
        return engine.lastKnown(token);
    }

    /**
     * Stores what was done to the session, merged by attribute with what others saved since it was loaded. Call it at the
     * end of every request: if nothing changed it costs nothing, but lets the session live on.
     *
     * @throws ValueNotAcceptedException if a value was changed in place into one that cannot be stored; nothing is written
     * @throws SessionLimitException if the session would be too large; nothing is written
     * @throws ConflictException if it lost the race too often; nothing was written
     */
    public SaveOutcome save(Session session) {
        return Waiting.get(driver.save(TrackedSession.of(session)));
    }

    /**
     * Whether a session that was found earlier still exists, whatever has become of its secret: for connections that outlive their
     * request, such as WebSockets. False also when another principal has signed in to it since. One read; nothing is extended.
     */
    public boolean isAlive(Session session) {
        return Waiting.get(engine.isAlive(session, false));
    }

    /**
     * As {@link #isAlive}, and extends the session as a request does, because such a connection was used. A visitor's connection
     * extends nothing once a user has signed in to the session: an attacker may have planted the cookie that opened it.
     */
    public boolean keepAlive(Session session) {
        return Waiting.get(engine.isAlive(session, true));
    }

    /**
     * Runs a function on a session and commits what it did on exactly the state that it read: for a counter, a token to be
     * taken once, a stock. While others interfere it runs again, so it should do nothing but read and change its session.
     *
     * <p>The function never runs on a state that the token does not open. If a user has signed in since the session was found,
     * nothing is written and the result is empty, as after {@link SaveOutcome#OVERTAKEN}.
     *
     * @return what the function gave when it was committed; empty if the token opens no session (any more), or the session ended
     * @throws ConflictException if it lost the race too often; nothing was written
     */
    public <T> Optional<T> update(SessionToken token, Function<Session, T> function) {
        return find(token).flatMap(session -> update(session, function));
    }

    /**
     * As {@link #update(SessionToken, Function)}, on a session that was found or made already, and with no need to load it
     * again. Afterwards the session shows the result; its own unsaved changes stay unsaved, and the function does not see
     * them.
     */
    public <T> Optional<T> update(Session session, Function<Session, T> function) {
        return Waiting.get(driver.update(TrackedSession.of(session), function));
    }

    /**
     * Ends a session; late saves do not bring it back. Tells whether it was there. If another principal has signed in since the
     * session was found, that principal's session is left alone and the result is false; a logout of the same principal always
     * ends it.
     */
    public boolean revoke(Session session) {
        return Waiting.await(engine.revoke(session));
    }

    /**
     * As {@link #revoke(Session)}, and gives the session as it was stored last, with what other requests have saved since it
     * was loaded; empty if it was gone already. If the secret was replaced since, as a sign-in does, the result is the session as it
     * was loaded: it shows nothing of what has been stored for the new secret. For a caller that is to store the same under another secret at once
     * ({@link #create(SessionToken)}): neither what others saved before this is lost, nor what they save after it.
     */
    public Optional<Session> revokeAndGet(Session session) {
        return Waiting.await(engine.revokeAndGet(session));
    }

    /** Ends the session of that id; late saves do not bring it back. Tells whether it was there. */
    public boolean revoke(SessionId id) {
        return Waiting.await(engine.revoke(id));
    }

    /**
     * What can be told of the session of that id, for an administrator's page; empty if there is none. One read; nothing is
     * extended.
     *
     * @throws UnreadableSessionException if a newer version of the library has written it, or it is damaged
     */
    public Optional<SessionInfo> info(SessionId id) {
        return Waiting.await(engine.info(id));
    }

    /**
     * The live sessions of a principal, the oldest sign-in first; for a page "your devices". At most
     * {@link SessionPage#MAX_SIZE}: use {@link #pageByPrincipal} where a principal may have more. Costs a command for the index
     * and one for each of the principal's sessions.
     */
    public List<SessionInfo> findByPrincipal(String principal) {
        return findByIndex(IndexKey.PRINCIPAL, principal);
    }

    /**
     * As {@link #findByPrincipal}, by a value that was given with {@link Session#index}.
     *
     * @throws IllegalArgumentException if the name cannot name an index
     */
    public List<SessionInfo> findByIndex(String index, String value) {
        return Waiting.await(engine.list(IndexKey.of(index, value)));
    }

    /**
     * A page of the live sessions of a principal, the oldest sign-in first. A session that lives and does not sign in again
     * while the pages are read is on exactly one of them.
     *
     * @param after {@link SessionPage#next} of the page before; null for the first page
     * @param size how many sessions at most, 1 to {@link SessionPage#MAX_SIZE}
     * @throws IllegalArgumentException if the size is another one, or {@code after} comes from no page
     */
    public SessionPage pageByPrincipal(String principal, @Nullable String after, int size) {
        return pageByIndex(IndexKey.PRINCIPAL, principal, after, size);
    }

    /**
     * As {@link #pageByPrincipal}, by a value that was given with {@link Session#index}.
     *
     * @throws IllegalArgumentException as there, and if the name cannot name an index
     */
    public SessionPage pageByIndex(String index, String value, @Nullable String after, int size) {
        return Waiting.await(engine.page(IndexKey.of(index, value), after, size));
    }

    /**
     * Ends all sessions of a principal, and tells how many there were. A sign-in that began before and is not saved yet is
     * refused: after a change of the password no old one gets in. A sign-in that begins after the answer is not refused, so a
     * request can end all sessions of its user and sign in again.
     *
     * <p>Costs a few commands for each of the principal's sessions, some of which are under way at a time; for very many
     * sessions it takes seconds. If it fails half-way, all are marked for their end, but some may be open still: call it again.
     */
    public int revokeAll(String principal) {
        return Waiting.await(engine.revokeAll(IndexKey.of(IndexKey.PRINCIPAL, principal), RevocationCause.PRINCIPAL));
    }

    /**
     * Ends all sessions of a session's principal but that one, and tells how many there were; none if nobody is signed in.
     * Its own sign-in need not be saved yet; this does not save it.
     */
    public int revokeOthers(Session session) {
        return Waiting.await(engine.revokeOthers(session));
    }

    /**
     * As {@link #revokeAll}, by a value that was given with {@link Session#index}.
     *
     * @throws IllegalArgumentException if the name cannot name an index
     */
    public int revokeByIndex(String index, String value) {
        return Waiting.await(engine.revokeAll(IndexKey.of(index, value), RevocationCause.INDEX));
    }

    /**
     * Tells a listener of all sessions that end from now on, whatever has ended them: timeouts, logouts, revocations and limits. Each
     * end is told at least once, with the cause and the attributes, to one node at a time of those that listen; if a node dies,
     * another one takes over. Needs {@link SessionSettings.Builder#endEvents} on all nodes that use these sessions.
     *
     * <p>Several listeners of one manager are all told; if one of them throws, all are told again. Managers that share sessions do not
     * tell each other, so give each the same listeners. The first listener starts a thread, and up to eight more run while sessions
     * end. A listener is called with the context class loader of the thread that calls this. Close the result before the store.
     *
     * @throws IllegalStateException if {@code endEvents} is off
     */
    public EndWatch listenToEnds(SessionEndListener listener) {
        return engine.ends().listen(listener);
    }

    /**
     * As {@link #listenToEnds}, but each end is told on every node that listens in this way at the time: for what each node keeps of a session
     * in its own memory. It is told after listeners on one node were, or after the first of them has failed. Needs {@link SessionSettings.Builder#endEventsOnEveryNode} on
     * all nodes that use these sessions. A node hears of each end at least once, usually within two seconds. It misses the ends that
     * are told before it listens. What the session held is gone after two minutes: a node that is so late, because it cannot reach the store
     * or its listeners take long, is told the id and the cause alone. If it is even later, it misses ends, and {@link
     * io.sojourn.observe.SessionObserver#endsMissed} is told how many. A listener that throws is reported to {@link
     * io.sojourn.observe.SessionObserver#endNotTold}, and not called again. Asks the store once before it returns.
     *
     * @throws IllegalStateException if {@code endEvents} or {@code endEventsOnEveryNode} is off
     */
    public EndWatch listenToEndsOnEveryNode(SessionEndListener listener) {
        return engine.ends().listenOnEveryNode(listener);
    }

    /**
     * Why the session ended that a token opened, for an hour after the end was told; empty if the session lives, is not known, or the
     * token has another secret than the session had last. One command. Needs {@link SessionSettings.Builder#endEvents} and a node
     * that {@linkplain #listenToEnds listens}.
     *
     * @throws IllegalStateException if {@code endEvents} is off
     */
    public Optional<PastSession> ended(SessionToken token) {
        return Waiting.await(engine.ends().past(token));
    }

    /**
     * As {@link #ended}, but sends nothing: what the last {@link #lookup} of this token has found a moment ago, when there was no session any
     * more. Empty if {@code endEvents} is off.
     */
    public Optional<PastSession> lastKnownEnd(SessionToken token) {
        return engine.ends().noticed(token);
    }

    /**
     * The store's state as it is known at this moment, for a probe that must answer at once: asks nobody. See
     * {@link #checkHealth()}.
     */
    public StoreHealth health() {
        return engine.context().store().health();
    }

    /**
     * The store's state after asking for a sign of life: one command, within the store's deadline. Never throws because of
     * the store; what is wrong is in the result.
     */
    public StoreHealth checkHealth() {
        return Waiting.await(engine.context().store().checkHealth());
    }
}
