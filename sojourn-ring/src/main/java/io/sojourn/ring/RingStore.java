package io.sojourn.ring;

import clojure.lang.IFn;
import clojure.lang.IPersistentMap;
import clojure.lang.PersistentArrayMap;
import clojure.lang.RT;
import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ring's protocol for session stores over a {@link SessionManager}. Thread-safe. Applications use it through the Clojure
 * namespace {@code ring.redis.session}, whose record has the same three functions.
 *
 * <p>Ring hands over a whole map and a key, never what changed. So what was read is marked (see {@link Mark}), and a write
 * of a map that carries a mark becomes the difference between the two.
 */
public final class RingStore implements AutoCloseable {

    private final Options options;
    private final SessionManager sessions;
    private final SessionKeys keys;
    private final Layout layout;
    private final OutageLog outages = new OutageLog();
    private final @Nullable OldStore old;
    private final @Nullable Move move;
    private final Connections.@Nullable Share share;
    private final AtomicBoolean closed = new AtomicBoolean();

    private final ReadSessions read = new ReadSessions();

    /**
     * A store with the options in a map like the record {@code ring.redis.session.RedisStore}.
     *
     * @throws IllegalArgumentException if an option makes no sense; the message names it
     */
    public static RingStore open(IPersistentMap record) {
        Options options = Options.of(record);
        Object connection = Options.get(record, "redis-conn");
        UnknownOptions.warn(Options.unknown(record), Connections.unknown(connection));
        Settings settings = new Settings(options);
        if (connection instanceof RedisStore redis) {
            return new RingStore(options, settings, redis, redis, null);
        }
        if (connection instanceof SessionStore store) {
            return new RingStore(options, settings, store, null, null);
        }
        Connections.Share share = Connections.open(connection);
        RedisStore redis = share.store().withPrefix(options.prefix());
        return new RingStore(options, settings, redis, redis, share);
    }

    private RingStore(
            Options options,
            Settings settings,
            SessionStore store,
            @Nullable RedisStore redis,
            Connections.@Nullable Share share) {
        this.options = options;
        this.share = share;
        this.sessions = SessionManager.create(store, settings.sessions());
        this.keys = new SessionKeys(options.prefix());
        this.layout = settings.layout();
        this.old = redis == null || options.legacy() == Options.Legacy.IGNORE
                ? null
                : new OldStore(redis.strings(), options, this);
        this.move = old == null ? null : new Move(sessions, keys, layout, old);
        if (options.legacy() == Options.Legacy.KEEP && old == null) {
            throw new IllegalArgumentException(":legacy :keep needs a connection to Redis");
        }
    }

    /**
     * The session of a key, with a mark in its metadata; null if there is none. Null and false ask nobody.
     *
     * @throws StoreUnavailableException if Redis is out of reach, unless {@code :on-outage} is {@code :without-session}
     */
    public @Nullable Object read(@Nullable Object key) {
        Recreation.forget();
        requireOpen();
        return key == null || isFalse(key) ? null : unlessAway(() -> find(key), () -> unopened(key));
    }

    /** To the middleware an empty session whose key is known, so that nothing it does sets another cookie. */
    private @Nullable Object unopened(Object key) {
        return RingMiddleware.isCaller() ? Marks.put(PersistentArrayMap.EMPTY, new Mark.Unopened(this, key)) : null;
    }

    private @Nullable Object find(Object key) {
        Optional<SessionToken> token = SessionKeys.token(key);
        if (token.isPresent()) {
            return show(key, token.get());
        }
        if (old != null && keys.isOld(key)) {
            Optional<Mark.OldLayout> found = old.read((String) key);
            if (found.isPresent()) {
                return Marks.put(found.get().data(), found.get());
            }
            return show(key, keys.named(key)); // Moved a moment ago, or named so by the application.
        }
        // A cookie of another shape is no name that the application gave.
        return SessionKeys.canBeName(key) && !(key instanceof String && RingMiddleware.isCaller())
                ? show(key, keys.named(key))
                : null;
    }

    private @Nullable Object show(Object key, SessionToken token) {
        Lookup found = sessions.lookup(token);
        if (found instanceof Lookup.Superseded) {
            return unopened(key);
        }
        if (!(found instanceof Lookup.Found hit)) {
            return null;
        }
        Session session = hit.found();
        Contents contents = layout.read(session);
        if (contents == null) {
            return null;
        }
        if (SessionKeys.token(key).isEmpty()) {
            session.putOffRenewal();
        }
        if (options.resetOnRead()) {
            Touch.send(sessions, session);
        }
        if (SessionKeys.token(key).isPresent()) {
            read.put(key, session);
        }
        return Marks.put(contents.data(), new Mark.Loaded(this, key, session, new AtomicReference<>(contents)));
    }

    /**
     * Stores a session. A map that carries the mark of what was read with this key is stored as the difference to it; any
     * other replaces the whole. Without a key the session is new.
     *
     * @return the key for the client: the same, or a new one; null if nothing was stored, because the session has ended in
     *     the meantime or the key was replaced
     * @throws io.sojourn.ValueNotAcceptedException with the path to a value that cannot be stored; the session stays as it was;
     *     or if the key that the application chose is no name
     * @throws io.sojourn.SessionLimitException if it would be too large
     * @throws StoreUnavailableException as {@link #read}
     */
    public @Nullable Object write(@Nullable Object key, @Nullable Object data) {
        Mark recreated = Recreation.finish(this);
        requireOpen();
        return unlessAway(() -> store(key == null || isFalse(key) ? null : key, data, recreated), () -> null);
    }

    private @Nullable Object store(@Nullable Object key, @Nullable Object data, @Nullable Mark recreated) {
        Mark mark = Marks.of(data, this);
        if (key == null) {
            if (recreated == null) {
                return create(data);
            }
            if (mark == recreated) {
                return change(mark, data, true);
            }
            delete(recreated);
            return recreated instanceof Mark.Unopened ? null : create(data);
        }
        // A key of ours that the older store could have given out gets a secret when the middleware can pass it on.
        boolean rotate = mark instanceof Mark.Loaded && keys.isOld(key) && RingMiddleware.isCaller();
        return mark != null && mark.key().equals(key) ? change(mark, data, rotate) : replace(key, data);
    }

    private Object create(@Nullable Object data) {
        if (old != null && options.legacy() == Options.Legacy.KEEP) {
            return old.create(data);
        }
        Session session = sessions.create();
        while (SessionKeys.isOfName(session.id())) {
            session = sessions.create();
        }
        layout.replacement(data).make(session);
        SaveOutcome unused = sessions.save(session);
        return session.token().reveal();
    }

    private @Nullable Object change(Mark mark, @Nullable Object data, boolean rotate) {
        if (mark instanceof Mark.Unopened) {
            return null;
        }
        if (mark instanceof Mark.OldLayout read) {
            return changeOld(read, data, rotate);
        }
        Mark.Loaded loaded = (Mark.Loaded) mark;
        Session session = loaded.session();
        Layout.Step step =
                layout.step(session, Objects.requireNonNull(loaded.contents().get()), data);
        Layout.Change change = step.change();
        Optional<Boolean> done = sessions.update(session, current -> {
            if (change != null) {
                change.make(current);
            }
            if (rotate) {
                SessionToken unused = current.rotate();
            }
            return true;
        });
        if (done.isEmpty()) {
            return null;
        }
        loaded.contents().set(step.after()); // What another write of this request starts from.
        return keyAfter(loaded.key(), session, !rotate);
    }

    /**
     * A new secret is the client's new key. So is one that replaces the old for its age, which the engine has at the ready
     * since the session was read; a name that the application chose stays what it is.
     */
    private Object keyAfter(Object key, Session session, boolean mayRenew) {
        Optional<SessionToken> shown = SessionKeys.token(key);
        if (mayRenew && shown.isPresent() && !shown.get().equals(session.token())) {
            SaveOutcome unused = sessions.save(session);
        }
        SessionToken before = shown.orElseGet(() -> keys.named(key));
        return before.equals(session.token()) ? key : session.token().reveal();
    }

    private @Nullable Object changeOld(Mark.OldLayout read, @Nullable Object data, boolean rotate) {
        if (options.legacy() != Options.Legacy.KEEP) {
            return moved(read, data);
        }
        if (rotate) {
            String created = requireOld().create(data);
            if (!requireOld().delete((String) read.key())) {
                boolean unused = requireOld().delete(created); // It was signed out in the meantime.
                return null;
            }
            return created;
        }
        return requireOld().replace((String) read.key(), data) ? read.key() : null;
    }

    private @Nullable Object moved(Mark.OldLayout read, @Nullable Object data) {
        return Objects.requireNonNull(move).move(read, data);
    }

    private OldStore requireOld() {
        return Objects.requireNonNull(old);
    }

    private @Nullable Object replace(Object key, @Nullable Object data) {
        Optional<SessionToken> token = SessionKeys.token(key);
        if (token.isEmpty() && old != null && keys.isOld(key)) {
            Optional<Mark.OldLayout> found = old.read((String) key);
            if (found.isPresent()) {
                return changeOld(found.get(), data, false);
            }
        }
        Layout.Replacement replacement = layout.replacement(data);
        Session session = opened(key, token.orElseGet(() -> keys.named(key)), token.isEmpty(), replacement);
        if (session == null) {
            return null;
        }
        Optional<Boolean> done = sessions.update(session, current -> {
            replacement.make(current);
            return true;
        });
        return done.isPresent() ? keyAfter(key, session, true) : null;
    }

    /** The session to write to: the one that was just read, the one that is there, or for a chosen name a new one. */
    private @Nullable Session opened(Object key, SessionToken token, boolean isNamed, Layout.Replacement replacement) {
        Session last = read.get(key);
        if (last != null && last.isEnded()) {
            last = null;
        }
        // Where there was nothing to do when it was read, there may be by now.
        if (last != null && !replacement.isThere(last)) {
            return last;
        }
        Lookup found = sessions.lookup(token);
        if (found instanceof Lookup.Found hit) {
            if (isNamed) {
                hit.found().putOffRenewal();
            }
            return hit.found();
        }
        if (last != null && found instanceof Lookup.Superseded) {
            return last;
        }
        return isNamed && found instanceof Lookup.Absent ? sessions.create(token) : null;
    }

    /**
     * Ends a session; no later write brings it back. Does nothing for null, false and a key that opens no session.
     *
     * @throws StoreUnavailableException if Redis is out of reach, whatever {@code :on-outage} says: a logout that did not
     *     happen must not look like one
     */
    public void delete(@Nullable Object key) {
        requireOpen();
        if (key == null || isFalse(key)) {
            Recreation.forget();
        } else if (!Recreation.includesDeletionOf(this, key)) {
            Optional<SessionToken> token = SessionKeys.token(key);
            boolean wasOld = token.isEmpty() && old != null && keys.isOld(key) && old.delete((String) key);
            if (!wasOld && (token.isPresent() || SessionKeys.canBeName(key))) {
                end(key, token.orElseGet(() -> keys.named(key)));
            }
            read.forget(key);
        }
    }

    private void end(Object key, SessionToken token) {
        Session last = read.get(key);
        Lookup found = last == null ? sessions.lookup(token) : new Lookup.Found(last);
        if (found instanceof Lookup.Found hit) {
            boolean unused = sessions.revoke(hit.found());
        } else if (found instanceof Lookup.Superseded && keys.isOld(key)) {
            // Another request has moved it while this one was under way. A move is no sign-in: this logout means the
            // session.
            boolean unused = sessions.revoke(token.id());
        }
    }

    private void delete(Mark mark) {
        if (mark instanceof Mark.OldLayout read) {
            boolean unused = requireOld().delete((String) read.key());
        } else if (mark instanceof Mark.Loaded read) {
            boolean unused = sessions.revoke(read.session());
        }
    }

    /**
     * Changes a session atomically: applies a function to its map and the arguments, and stores what it gives, on exactly the
     * state that it saw; while others interfere, it is called again.
     *
     * @return what was stored; null if the key opens no session
     * @throws IllegalArgumentException if the function gives null, which could mean two things; to end a session, delete it
     * @throws io.sojourn.ConflictException if it lost the race too often; nothing was written
     */
    public @Nullable Object swap(@Nullable Object key, IFn function, @Nullable Object arguments) {
        Recreation.forget();
        requireOpen();
        if (key == null || isFalse(key)) {
            return null;
        }
        Optional<SessionToken> token = SessionKeys.token(key);
        if (token.isEmpty() && !SessionKeys.canBeName(key)) {
            return null;
        }
        if (token.isEmpty() && move != null && keys.isOld(key)) {
            move.settle((String) key, options.legacy() == Options.Legacy.KEEP);
        }
        Session session = sessions.find(token.orElseGet(() -> keys.named(key))).orElse(null);
        if (session == null) {
            return null;
        }
        return sessions.update(session, current -> next(current, function, arguments))
                .map(contents -> marked(key, session, contents))
                .orElse(null);
    }

    /** What the function makes of a session; null, without a call, of one that cannot be read: it stays as it is. */
    private @Nullable Contents next(Session session, IFn function, @Nullable Object arguments) {
        Contents contents = layout.read(session);
        if (contents == null) {
            return null;
        }
        Object next = function.applyTo(RT.cons(contents.data(), RT.seq(arguments)));
        if (next == null) {
            throw new IllegalArgumentException(
                    "The function given to swap-session! returned nil; to end a session, use delete-session");
        }
        Layout.Step step = layout.step(session, contents, next);
        if (step.change() != null) {
            step.change().make(session);
        }
        return step.after();
    }

    /** What was just stored, as if it had been read: so it can be changed and written like that. */
    private @Nullable Object marked(Object key, Session session, Contents contents) {
        return Marks.put(
                Marks.removedFrom(contents.data()),
                new Mark.Loaded(this, key, session, new AtomicReference<>(contents)));
    }

    private static boolean isFalse(Object key) {
        return key.equals(false);
    }

    private @Nullable Object unlessAway(Supplier<@Nullable Object> action, Supplier<@Nullable Object> otherwise) {
        try {
            return action.get();
        } catch (StoreUnavailableException e) {
            if (options.outage() == Options.Outage.FAIL) {
                throw e;
            }
            outages.tell(e);
            return otherwise.get();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreUnavailableException("The session store is closed", null);
        }
    }

    /** Gives the connection up, if it is one that this store opened, and closes it if no other store uses it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && share != null) {
            share.close();
        }
    }

    /** Where the store is; no password. */
    @Override
    public String toString() {
        return "RingStore[" + (share == null ? "given store" : share.store()) + ", prefix " + options.prefix() + "]";
    }
}
