package io.sojourn.spring.move;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.log.Printable;
import io.sojourn.servlet.SessionMigration;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spring.SpringCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sessions that Spring Session has stored in Redis, by the cookies that it has set, and makes them sessions of this library;
 * so users stay signed in. Give it to {@link SojournFilter.Builder#migration}.
 *
 * <p>A session moves at its first use, in one step, because each use is a write in Spring Session: it stores the time of the last
 * access. What follows from that:
 *
 * <ul>
 *   <li>Id and secret of the new session are computed from the old cookie's session id by hashing. So the old cookie opens the new
 *       session, whatever answer gets lost and whichever of several parallel requests comes first, and nothing in Redis tells the
 *       cookie. The response sets a new cookie; the old one opens the session until the new one was seen.
 *   <li>Attributes, creation time, time of the last access and idle timeout are kept. The user is entered in the index, as signed
 *       in when the old session was made. The absolute timeout begins with the move.
 *   <li>The old keys are removed once the new session is stored. If the old session was ended meanwhile, so is the new one. What
 *       another server has changed in it meanwhile is changed in the new one, too.
 *   <li>A value that cannot be read is kept as it is if Java serialization wrote it, and is there again once its class is
 *       allowed; else it is left out. One warning names the attribute and what is wrong. Nothing of this fails a request.
 * </ul>
 *
 * <p>What lies in Redis is not trusted: bytes of Java serialization are read by the list of {@link SpringCodec}, and JSON that names
 * a class which is not on that list is not given to the application's serializer.
 *
 * <p>Thread-safe.
 */
public final class SpringSessionMove implements SessionMigration {

    private static final Log log = LogFactory.getLog(SpringSessionMove.class);

    /** Beyond so many different warnings nothing more is said. */
    private static final int MAX_WARNINGS = 1_000;

    private final SessionManager manager;
    private final SpringSessionStore store;
    private final SpringCodec codec;
    private final OldValues values;
    private final LongAdder moved = new LongAdder();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();
    private volatile boolean movesNone;

    /**
     * Moves sessions of a store to a manager.
     *
     * @param codec reads Java serialization, and knows what classes JSON may name
     * @param json the application's serializer, if Spring Session was given one that writes JSON; null if not
     */
    public SpringSessionMove(
            SessionManager manager,
            SpringSessionStore store,
            SpringCodec codec,
            @Nullable Function<byte[], @Nullable Object> json) {
        this.manager = manager;
        this.store = store;
        this.codec = codec;
        this.values = new OldValues(codec, json);
    }

    /** How many sessions this object has moved. */
    public long moved() {
        return moved.sum();
    }

    /** How many sessions lie in the old form; see {@link SpringSessionStore#remaining}. */
    public long remaining() {
        return store.remaining();
    }

    /** As {@link #remaining}, without waiting for the count. */
    public CompletionStage<Long> countRemaining() {
        return store.count();
    }

    /** From now on only sessions that have moved are opened, since other servers know nothing of this library. */
    void movesNone() {
        movesNone = true;
    }

    @Override
    public Optional<SessionToken> token(String text) {
        return OldId.in(text).map(id -> SessionToken.derived("spring session", id));
    }

    @Override
    public Lookup lookup(SessionToken derived, String text) {
        String id = OldId.in(text).orElse(null);
        if (id == null) {
            return new Lookup.Absent();
        }
        Lookup lookup = manager.lookupDerived(derived);
        if (lookup instanceof Lookup.Found found) {
            if (!found.found().token().equals(derived)) {
                // The client is about to get a fresh secret. If the move was cut short, a logout by that secret would
                // leave the
                // old form behind.
                AwaitedReply.of(store.remove(id));
            }
            return lookup;
        }
        if (lookup instanceof Lookup.Superseded) {
            return lookup;
        }
        OldSessionRecord old = read(id).orElse(null);
        if (old != null && movesNone) {
            // Redis was away when a filter was chosen for the request, so that it is not the one of Spring Session.
            throw new StoreUnavailableException(
                    "Redis was away when the request began, so the session of Spring Session was not opened", null);
        }
        return old == null
                ? manager.lookupDerived(derived) // Another request may have moved it in between.
                : move(derived, old);
    }

    /** Whether Spring Session has a session that this cookie opens. */
    boolean isStored(String text) {
        return OldId.in(text).flatMap(this::read).isPresent();
    }

    private Optional<OldSessionRecord> read(String id) {
        try {
            Instant now = manager.settings().clock().instant();
            return OldSessionRecord.of(id, AwaitedReply.of(store.load(id)), values, now);
        } catch (UnreadableSessionException e) {
            return Optional.empty(); // A value of another type lies there.
        }
    }

    private Lookup move(SessionToken derived, OldSessionRecord old) {
        Content content = content(old.attributes());
        Source source = new Source(old, content.user().indexed());
        Session session = manager.adopt(derived, source);
        session.storeEvenIfEmpty();
        session.setIdleTimeout(old.idleTimeout());
        boolean keepsBytes = fill(session, old.attributes(), content);
        if (signIn(session, content)) {
            // In this order: a revocation that comes after the sign-in is refused by the index.
            String principal = session.principal().orElseThrow();
            if (AwaitedReply.of(store.isRevoked(principal, old))) {
                AwaitedReply.of(store.remove(old, content.user().indexed()));
                return new Lookup.Absent();
            }
        }
        return switch (save(session, old.attributes())) {
            case SAVED -> {
                moved.increment();
                keepsBytes |= add(session, old.changes(source.removed), source.removed);
                yield keepsBytes ? manager.lookupDerived(derived) : new Lookup.Found(session);
            }
            case LIMIT_REACHED -> {
                warn(
                        "A user has as many sessions as sojourn.max-sessions-per-principal allows, so that another one of that user is"
                                + " not moved from Spring Session.");
                yield new Lookup.Absent();
            }
            default -> manager.lookupDerived(derived); // Another request has moved or ended it.
        };
    }

    /**
     * Puts what a server with Spring Session has changed at the same moment into the session that has moved. Tells whether there are
     * attributes that cannot be read and are kept as bytes.
     *
     * @param changed the attributes; one that was removed has an empty value
     */
    private boolean add(Session session, Map<String, byte[]> changed, Map<String, byte[]> fields) {
        Duration before = session.idleTimeout();
        Duration idle = Objects.requireNonNullElse(OldSessionRecord.idleTimeout(fields, values), before);
        if (changed.isEmpty() && idle.equals(before)) {
            return false;
        }
        Content content = content(changed);
        boolean keepsBytes = fill(session, changed, content);
        if (!idle.equals(before)) {
            session.setIdleTimeout(idle);
        }
        if (session.principal().isEmpty()) {
            boolean unused = signIn(session, content);
        }
        save(session, changed);
        return keepsBytes;
    }

    /**
     * A request has ended on a server that leaves sessions to Spring Session. If another server has moved the session meanwhile, Spring
     * Session may have stored the changes of the request, but nothing reads them any more: puts them into the moved session, and
     * removes what the indexed repository has stored beside them.
     *
     * @param text of the request's cookie
     */
    void requestEnded(String text) {
        String id = OldId.in(text).orElse(null);
        if (id == null) {
            return;
        }
        try {
            AwaitedReply.of(store.removeLateChanges(id))
                    .ifPresent(late -> addLate(SessionToken.derived("spring session", id), id, late));
        } catch (StoreUnavailableException e) {
            log.warn(
                    "Redis could not be asked whether a session was moved from Spring Session during a request;"
                            + " if it was, what the request has changed is lost",
                    e);
        }
    }

    private void addLate(SessionToken derived, String id, Map<String, byte[]> late) {
        Lookup lookup = manager.lookupDerived(derived);
        if (lookup instanceof Lookup.Absent && late.isEmpty()) {
            return; // It has not moved, but ended.
        }
        Session session = moved(derived, lookup);
        Instant now = manager.settings().clock().instant();
        Duration idle = manager.settings().idleTimeout();
        String principal = null;
        if (session != null) {
            boolean unused = add(session, OldSessionRecord.attributes(late), late);
            idle = session.idleTimeout();
            principal = session.principal().orElse(null);
        }
        AwaitedReply.of(store.removeTraces(
                id, OldSessionRecord.lastAccessedAt(late, values, now).plus(idle), principal));
    }

    /** A session whose cookie was replaced a while ago, or whose user has signed in anew, takes no change by the old cookie. */
    private @Nullable Session moved(SessionToken derived, Lookup lookup) {
        return lookup instanceof Lookup.Found ? manager.findById(derived.id()).orElse(null) : null;
    }

    /**
     * Puts what a request has changed into the session that has moved while it ran, where Spring Session has refused to store it.
     * Tells whether it is stored now.
     */
    boolean addDropped(String text, RecordedChanges changes) {
        SessionToken derived = token(text).orElse(null);
        Session session = derived == null || !changes.belongToTheSession()
                ? null
                : moved(derived, manager.lookupDerived(derived));
        if (session == null) {
            return false;
        }
        try {
            for (Map.Entry<String, @Nullable Object> attribute :
                    changes.attributes().entrySet()) {
                Object value = attribute.getValue();
                if (value == null) {
                    session.remove(attribute.getKey());
                } else {
                    session.set(attribute.getKey(), value);
                }
            }
            Duration idle = changes.idleTimeout();
            if (idle != null) {
                session.setIdleTimeout(idle);
            }
            SaveOutcome outcome = manager.save(session);
            return outcome == SaveOutcome.SAVED || outcome == SaveOutcome.UNCHANGED;
        } catch (ValueNotAcceptedException | SessionLimitException | StoreUnavailableException e) {
            warn("What a request has changed while its session was moved from Spring Session is lost: "
                    + e.getMessage());
            return false;
        }
    }

    /** What could be read of a session. */
    private record Content(Map<String, Object> values, SignedInUser user) {}

    private Content content(Map<String, byte[]> attributes) {
        Map<String, Object> read = new HashMap<>();
        attributes.forEach((name, bytes) -> {
            if (bytes.length == 0) {
                return;
            }
            try {
                Object value = values.read(name, bytes);
                if (value != null) {
                    read.put(name, value);
                }
            } catch (UnreadableValueException e) {
                warnOf(bytes, e);
            }
        });
        return new Content(read, SignedInUser.of(read));
    }

    /** Puts the attributes into the new session. Tells whether there are some that cannot be read and are kept as bytes. */
    private boolean fill(Session session, Map<String, byte[]> attributes, Content content) {
        boolean keepsBytes = false;
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            String name = attribute.getKey();
            Object value = content.values().get(name);
            try {
                if (value != null) {
                    session.set(name, value);
                } else if (isKept(attribute.getValue())) {
                    session.set(name, codec.undecoded(attribute.getValue()));
                    keepsBytes = true;
                } else {
                    session.remove(name);
                }
            } catch (ValueNotAcceptedException | SessionLimitException | IllegalArgumentException e) {
                warn("An attribute of a session of Spring Session is left out: " + e.getMessage());
            }
        }
        return keepsBytes;
    }

    private boolean isKept(byte[] value) {
        return OldValues.isSerialized(value) && manager.settings().codec() == codec;
    }

    private boolean signIn(Session session, Content content) {
        String principal = content.user().principal();
        if (principal == null) {
            return false;
        }
        try {
            session.signIn(principal);
            return true;
        } catch (IllegalArgumentException e) {
            warn("A session of Spring Session is not bound to its user, so that revokeAll does not find it: "
                    + e.getMessage());
            return false;
        }
    }

    /** Saves it; if it is larger than a session may be, without its largest attributes. */
    private SaveOutcome save(Session session, Map<String, byte[]> attributes) {
        while (true) {
            try {
                return manager.save(session);
            } catch (SessionLimitException e) {
                String largest = session.names().stream()
                        .max(Comparator.comparingInt(name -> size(attributes, name)))
                        .orElseThrow(() -> e);
                session.remove(largest);
                warn("Attribute " + Printable.quoted(largest) + " of a session of Spring Session is left out: "
                        + e.getMessage());
            }
        }
    }

    private static int size(Map<String, byte[]> attributes, String attribute) {
        byte[] value = attributes.get(attribute);
        return value == null ? 0 : value.length;
    }

    private void warnOf(byte[] bytes, UnreadableValueException why) {
        warn("A session of Spring Session has an attribute that cannot be read. "
                + why.getMessage()
                + (isKept(bytes) ? " It is kept as it is, and absent until it can be read." : " It is left out."));
    }

    /** Once for each message. */
    private void warn(String message) {
        if (warned.size() < MAX_WARNINGS && warned.add(message)) {
            log.warn(message);
        }
    }

    @Override
    public void ended(String text) {
        OldId.in(text).ifPresent(id -> AwaitedReply.of(store.remove(id)));
    }

    /** What the engine must know of an old session. */
    private final class Source implements ForeignSession {

        private final OldSessionRecord old;
        private final @Nullable String principal;

        /** The fields that the old session had when it was removed. */
        private volatile Map<String, byte[]> removed = Map.of();

        Source(OldSessionRecord old, @Nullable String principal) {
            this.old = old;
            this.principal = principal;
        }

        @Override
        public Duration livesAtMost() {
            return old.idleTimeout();
        }

        @Override
        public CompletionStage<Boolean> remove() {
            return store.remove(old, principal).thenApply(fields -> {
                removed = fields;
                return !fields.isEmpty();
            });
        }

        @Override
        public Optional<Instant> createdAt() {
            return Optional.of(old.createdAt());
        }

        @Override
        public Optional<Instant> lastAccessedAt() {
            return Optional.of(old.lastAccessedAt());
        }
    }

    @Override
    public String toString() {
        return "SpringSessionMove[" + store + "]";
    }
}
