package io.sojourn.admin;

import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionPage;
import io.sojourn.SessionSettings;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.doctor.Patient;
import io.sojourn.admin.events.EventStream;
import io.sojourn.admin.read.RecordReader;
import io.sojourn.admin.read.ValueStructure;
import io.sojourn.admin.scan.KeyScan;
import io.sojourn.admin.scan.RateLimit;
import io.sojourn.admin.scan.Reply;
import io.sojourn.admin.scan.ScanPlace;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.record.SessionRecord;
import io.sojourn.redis.RedisNode;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in Redis or Valkey as an operator sees them: counts, lists, shows and ends them. For one server, sentinels and clusters.
 * Thread-safe; every method blocks.
 *
 * <pre>{@code
 * RedisStore redis = RedisStore.connect("redis://localhost");
 * SessionAdmin admin = SessionAdmin.builder(redis).build();
 *
 * admin.count();                                          // SessionCount[sessions=1203, …]
 * admin.list(SessionFilter.ofPrincipal("ada"), null, 50);
 * admin.endAll("ada");
 * }</pre>
 *
 * <p><b>Scans.</b> What no index knows is found with {@code SCAN}, which reads the names of all keys of the database. It goes in short
 * steps, and no faster than {@link Builder#keysPerSecond}. The user needs the rights {@code +scan +dbsize +pttl} besides
 * those of the store.
 *
 * <p><b>Hostile names.</b> Principals, labels, values in indexes and names of attributes may be what a visitor typed. They are given as
 * they are; {@code toString} of all results escapes and cuts them, and who shows them in another way has to do so, too.
 *
 * <p>Nothing here ever gives a token, a secret or a verifier. Looking at a session does not prolong it. Ending goes through {@link
 * SessionManager}, so all that it promises of revocations holds. Every method throws {@link StoreUnavailableException} if
 * the store is out of reach, too slow, or refuses a command.
 */
public final class SessionAdmin {

    /** How many keys and sessions a scan looks at in a second, unless another number is set: {@value}. */
    public static final int DEFAULT_KEYS_PER_SECOND = 20_000;

    /** The most sessions of a page: {@value}. */
    public static final int MAX_PAGE = SessionPage.MAX_SIZE;

    /** How many characters of a value are shown at most: {@value}. */
    public static final int MAX_VALUE_CHARACTERS = 10_000;

    /** A quick count looks at so many keys of each server. */
    private static final int KEYS_OF_AN_ESTIMATE = 10_000;

    /** A page that finds little ends after so many keys, so that a caller can tell how far it has come. */
    private static final int KEYS_OF_A_PAGE = 20_000;

    /** A sample of sizes looks at no more keys than the larger of both: so many, and so many for each of its sessions. */
    private static final long KEYS_OF_A_SAMPLE = 100_000;

    private static final long KEYS_FOR_EACH_OF_A_SAMPLE = 20;

    /** How many sessions of a sample are loaded at a time. */
    private static final int LOADED_AT_A_TIME = 20;

    /** So many members of an index are asked first whose they are. */
    private static final int MEMBERS_ASKED = 20;

    /** The bounds of the scores of bindings, see docs/format.md. */
    private static final String BOUND = "-7.5e15";

    private static final String ENDS = "-6e15";

    private final RedisStore redis;
    private final SessionStore store;
    private final KeyScan scan;
    private final boolean showValues;
    private final RecordReader reader;
    private final @Nullable SessionSettings given;
    private volatile @Nullable SessionManager reading;
    private volatile @Nullable SessionManager ending;

    private SessionAdmin(Builder builder) {
        redis = builder.redis;
        store = builder.store;
        given = builder.settings;
        showValues = builder.showValues;
        scan = new KeyScan(redis, new RateLimit(builder.keysPerSecond), builder.onProgress);
        List<AttributeCodec> codecs = new ArrayList<>();
        if (given != null) {
            codecs.add(given.codec());
            codecs.addAll(given.alsoRead());
        }
        reader = new RecordReader(codecs, MAX_VALUE_CHARACTERS);
    }

    /** Begins with a store. Closing it stays with the caller. */
    public static Builder builder(RedisStore redis) {
        return new Builder(redis);
    }

    /** For all that ends no session: it does not matter whether ends are recorded. */
    private SessionManager manager() {
        SessionManager made = reading;
        if (made == null) {
            made = SessionManager.create(store, given != null ? given : SessionSettings.defaults());
            reading = made;
        }
        return made;
    }

    /**
     * For what ends sessions. Without the application's settings, the keys tell whether ends are recorded. That they are stays so;
     * that they are not is asked anew each time, since the application may not have stored its first session yet.
     */
    private SessionManager endingManager() {
        SessionManager made = ending;
        if (made == null && given == null && recordsEnds()) {
            made = SessionManager.create(
                    store, SessionSettings.builder().endEvents(true).build());
            ending = made;
        }
        return made == null ? manager() : made;
    }

    /** Whether the ends of the sessions are recorded ({@code endEvents}), by what lies in Redis. */
    private boolean recordsEnds() {
        List<CompletionStage<List<@Nullable Object>>> asked = new ArrayList<>();
        for (int shard = 0; shard < SessionEnds.SHARDS; shard++) {
            String key = redis.prefix() + ":@due:" + shard;
            asked.add(redis.master(key).call("EXISTS", key));
        }
        return asked.stream()
                .anyMatch(reply -> Reply.number(Reply.at(Reply.required("EXISTS", Reply.await(reply)), 0), 0) > 0);
    }

    /**
     * About how many sessions there are, within about a second: looks at the first 10,000 keys of each server. If these are all, or few
     * more are there, the number is no estimate.
     */
    public SessionCount count() {
        return count(KEYS_OF_AN_ESTIMATE);
    }

    /**
     * How many sessions there are; looks at each key, however long that takes. On a cluster that is being resharded, a session that is
     * moved meanwhile may be missed or counted twice.
     *
     * @throws StoreUnavailableException also if a failover replaces a server meanwhile: count again
     */
    public SessionCount countAll() {
        return count(Long.MAX_VALUE);
    }

    private SessionCount count(long keysOfEach) {
        long sessions = 0;
        long looked = 0;
        boolean estimated = false;
        for (RedisNode node : scan.masters()) {
            long found = 0;
            long seen = 0;
            ScanPlace place = new ScanPlace(node.name(), "0");
            while (place != null && place.server().equals(node.name()) && seen < keysOfEach) {
                KeyScan.Batch batch = scan.next(place, "*", KeyScan.BATCH);
                found += sessionsAmong(batch);
                seen += KeyScan.BATCH;
                place = batch.next();
            }
            boolean whole = place == null || !place.server().equals(node.name());
            if (whole) {
                sessions += found;
            } else {
                long keys = Reply.number(Reply.at(Reply.required("DBSIZE", Reply.await(node.call("DBSIZE"))), 0), 0);
                sessions += Math.round((double) found * keys / seen);
                estimated = true;
            }
            looked += seen;
        }
        return new SessionCount(sessions, estimated, looked);
    }

    /** A hash without a revision only keeps a session from being created. */
    private long sessionsAmong(KeyScan.Batch batch) {
        List<String> keys = batch.keys().stream()
                .filter(key -> id(key).isPresent())
                .distinct()
                .toList();
        scan.pace(keys.size());
        List<CompletionStage<List<@Nullable Object>>> revisions =
                keys.stream().map(key -> batch.node().call("HGET", key, "v")).toList();
        return revisions.stream()
                .map(reply -> Reply.ofKey("HGET", Reply.await(reply)))
                .filter(reply -> Reply.error(reply) == null && Reply.at(reply, 0) != null)
                .count();
    }

    /** The session whose key this is. */
    private Optional<SessionId> id(String key) {
        int from = redis.prefix().length() + 1;
        return key.length() == from + SessionId.LENGTH ? SessionId.parse(key.substring(from)) : Optional.empty();
    }

    /** How many sessions a principal has, with those that cannot be read; each is looked at. */
    public long countOf(String principal) {
        return countOf(IndexKey.PRINCIPAL, principal);
    }

    /**
     * How many sessions have this value in a named index, with those that cannot be read; each is looked at.
     *
     * @throws IllegalArgumentException if the name cannot name an index
     */
    public long countOf(String index, String value) {
        SessionFilter filter = SessionFilter.ofIndex(index, value);
        long count = 0;
        String after = null;
        do {
            SessionListing page = listIndex(index, filter, after, MAX_PAGE);
            count += page.sessions().size();
            after = page.next().orElse(null);
        } while (after != null);
        return count;
    }

    /**
     * A page of sessions. Those that cannot be read are on it, too, unless the filter asks for times. A session that lives while all pages are read, and is accepted by the filter, is on at least one of them; on
     * two only if Redis resized its table of keys meanwhile. Pages of all sessions may miss one that a cluster moves to another master
     * meanwhile. A page of a scan ends where a batch of Redis ends: it may have some
     * sessions more than asked for, and has fewer, even none, if few of the keys are sessions that the filter accepts. Only a page
     * without {@link SessionListing#next} is the last.
     *
     * @param after {@link SessionListing#next} of the page before; null for the first page. It is good in another process, too
     * @param size about how many sessions, from 1 to {@link #MAX_PAGE}
     * @throws IllegalArgumentException for another size, if {@code after} comes from no page, or if the server that it names is no
     *     master any more: begin again
     */
    public SessionListing list(SessionFilter filter, @Nullable String after, int size) {
        if (size < 1 || size > MAX_PAGE) {
            throw new IllegalArgumentException("The size of a page must be from 1 to " + MAX_PAGE + ", not " + size);
        }
        return filter.index().isPresent()
                ? listIndex(filter.index().get(), filter, after, size)
                : listAll(filter, after, size);
    }

    private SessionListing listIndex(String index, SessionFilter filter, @Nullable String after, int size) {
        // Read twice. First the members alone, because the manager takes out those that are gone and leaves out those
        // that it cannot read.
        IndexPage members = members(IndexKey.of(index, filter.value()), after, size);
        SessionPage page = manager().pageByIndex(index, filter.value(), after, size);
        Set<SessionId> ids =
                members.members().stream().map(IndexMember::id).collect(Collectors.toCollection(LinkedHashSet::new));
        List<SessionEntry> sessions = new ArrayList<>();
        page.sessions().stream()
                .filter(info -> members.next() == null || ids.contains(info.id()))
                .filter(filter::accepts)
                .map(info -> new SessionEntry(info.id(), Optional.of(info), ""))
                .forEach(sessions::add);
        page.sessions().forEach(info -> ids.remove(info.id()));
        if (!filter.asksForTimes()) {
            sessions.addAll(unreadable(List.copyOf(ids)));
        }
        // The second page reaches further if members have left in between: what lies there is for the next call.
        return new SessionListing(
                List.copyOf(sessions),
                Optional.ofNullable(members.next()).map(IndexCursor::toString).or(page::next));
    }

    private IndexPage members(IndexKey index, @Nullable String after, int size) {
        IndexCursor cursor = after == null ? null : IndexCursor.parse(after).orElse(null);
        if (after != null && cursor == null) {
            return IndexPage.EMPTY; // The manager refuses it.
        }
        IndexPage page = Reply.await(store.page(index, cursor, size));
        scan.pace(page.members().size());
        return page;
    }

    /** Those that cannot be read. The others are gone, or have another value by now. */
    private List<SessionEntry> unreadable(List<SessionId> ids) {
        List<SessionEntry> found = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += KeyScan.BATCH) {
            List<SessionId> some = ids.subList(from, Math.min(ids.size(), from + KeyScan.BATCH));
            scan.pace(some.size());
            List<CompletionStage<Optional<SessionEntry>>> entries =
                    some.stream().map(this::entry).toList();
            entries.stream()
                    .flatMap(entry -> Reply.await(entry).stream())
                    .filter(entry -> entry.info().isEmpty())
                    .forEach(found::add);
        }
        return found;
    }

    private @Nullable ScanPlace place(@Nullable String after) {
        if (after == null) {
            return null;
        }
        ScanPlace place = ScanPlace.parse(after)
                .orElseThrow(() -> new IllegalArgumentException(
                        "This is not where a page ended: give next of the page before, or begin with the first page"));
        if (scan.masters().stream().noneMatch(node -> node.name().equals(place.server()))) {
            throw new IllegalArgumentException(KeyScan.GONE);
        }
        return place;
    }

    private SessionListing listAll(SessionFilter filter, @Nullable String after, int size) {
        Map<SessionId, SessionEntry> found = new LinkedHashMap<>();
        ScanPlace place = place(after);
        int count = Math.min(size, KeyScan.BATCH);
        int looked = 0;
        do {
            KeyScan.Batch batch = scan.next(place, "*", count);
            List<SessionId> ids =
                    batch.keys().stream().flatMap(key -> id(key).stream()).toList();
            scan.pace(ids.size());
            List<CompletionStage<Optional<SessionEntry>>> entries =
                    ids.stream().map(this::entry).toList();
            entries.stream()
                    .flatMap(entry -> Reply.await(entry).stream())
                    .filter(entry -> entry.info().map(filter::accepts).orElse(!filter.asksForTimes()))
                    .forEach(entry -> found.put(entry.id(), entry));
            looked += count;
            place = batch.next();
        } while (place != null && found.size() < size && looked < KEYS_OF_A_PAGE);
        return new SessionListing(
                List.copyOf(found.values()), Optional.ofNullable(place).map(ScanPlace::toString));
    }

    private CompletionStage<Optional<SessionEntry>> entry(SessionId id) {
        return manager().async().info(id).handle((info, failure) -> {
            if (failure == null) {
                return info.map(there -> new SessionEntry(id, Optional.of(there), ""));
            }
            return Optional.of(new SessionEntry(id, Optional.empty(), unreadable(failure)));
        });
    }

    /** Why a session could not be read; throws any other failure. */
    private static String unreadable(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof SojournException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnreadableSessionException) {
            return String.valueOf(cause.getMessage());
        }
        if (cause instanceof RuntimeException known) {
            throw known;
        }
        throw new StoreUnavailableException("A session could not be read from the store", cause);
    }

    /**
     * All that is known of a session but the values of its attributes; empty if there is none.
     *
     * @throws UnreadableSessionException if it cannot be read; the message says why
     */
    public Optional<SessionDetails> show(SessionId id) {
        return show(id, false);
    }

    /** Whether {@link #showWithValues} may be called, as {@link Builder#showValues} says. */
    public boolean showsValues() {
        return showValues;
    }

    /** The key of a session in Redis or Valkey, whether or not it is there. It opens nothing. */
    public String key(SessionId id) {
        return redis.prefix() + ":" + id;
    }

    /**
     * As {@link #show(SessionId)}, with the values of its attributes.
     *
     * @throws IllegalStateException if {@link Builder#showValues} was not set
     */
    public Optional<SessionDetails> showWithValues(SessionId id) {
        if (!showValues) {
            throw new IllegalStateException(
                    "Values of attributes are not shown: whoever sets this admin up has to allow it with showValues(true)");
        }
        return show(id, true);
    }

    private Optional<SessionDetails> show(SessionId id, boolean values) {
        StoredSession stored = Reply.await(store.load(id)).orElse(null);
        if (stored == null) {
            return Optional.empty();
        }
        SessionRecord state = RecordReader.record(stored);
        return manager().info(id).map(info -> details(info, state, values));
    }

    private SessionDetails details(SessionInfo info, SessionRecord state, boolean values) {
        Header header = state.header();
        List<AttributeDetails> attributes = new ArrayList<>();
        for (String name : state.names()) {
            EncodedValue value = state.attribute(name);
            attributes.add(
                    value == null
                            ? new AttributeDetails(name, "lost", 0, Optional.empty())
                            : new AttributeDetails(
                                    name,
                                    ValueStructure.type(value.codec(), value.bytes()),
                                    value.length(),
                                    values ? reader.value(name, value) : Optional.empty()));
        }
        String key = key(info.id());
        RedisNode node = redis.master(key);
        long left = number(node.call("PTTL", key));
        long memory = number(node.call("MEMORY", "USAGE", key));
        return new SessionDetails(
                info,
                header.idleTimeout() == Header.NONE
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(header.idleTimeout())),
                header.deadline() == Header.NONE
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(header.deadline())),
                header.details().remembered(),
                header.rotations(),
                header.details().indexes(),
                left < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(left)),
                memory < 0 ? Optional.empty() : Optional.of(memory),
                List.copyOf(attributes));
    }

    /** Negative if the server does not say. */
    private static long number(CompletionStage<List<@Nullable Object>> reply) {
        return Reply.number(Reply.at(Reply.await(reply), 0), -1);
    }

    /**
     * A page of those who are signed in, each with the number of sessions. Found by a scan: what {@link #list} says of pages
     * holds here, too.
     *
     * @param after {@link SignedInPage#next} of the page before; null for the first page
     * @param size about how many, from 1 to {@link #MAX_PAGE}
     * @throws IllegalArgumentException as {@link #list}
     */
    public SignedInPage signedIn(@Nullable String after, int size) {
        if (size < 1 || size > MAX_PAGE) {
            throw new IllegalArgumentException("The size of a page must be from 1 to " + MAX_PAGE + ", not " + size);
        }
        Map<String, SignedInPrincipal> found = new LinkedHashMap<>();
        ScanPlace place = place(after);
        int looked = 0;
        do {
            KeyScan.Batch batch = scan.next(place, "@" + IndexKey.PRINCIPAL + ":*", KeyScan.BATCH);
            List<CompletionStage<List<@Nullable Object>>> members = batch.keys().stream()
                    .map(key -> membersOf(batch.node(), key, 0, MEMBERS_ASKED))
                    .toList();
            for (int i = 0; i < members.size(); i++) {
                signedIn(batch.node(), batch.keys().get(i), Reply.await(members.get(i)))
                        .ifPresent(one -> found.put(one.principal(), one));
            }
            looked += KeyScan.BATCH;
            place = batch.next();
        } while (place != null && found.size() < size && looked < KEYS_OF_A_PAGE);
        return new SignedInPage(
                List.copyOf(found.values()), Optional.ofNullable(place).map(ScanPlace::toString));
    }

    private static CompletionStage<List<@Nullable Object>> membersOf(RedisNode node, String key, int from, int count) {
        return node.call("ZRANGEBYSCORE", key, BOUND, "(" + ENDS, "LIMIT", "" + from, "" + count);
    }

    private static List<SessionId> members(List<@Nullable Object> reply) {
        return Reply.ofKey("ZRANGEBYSCORE", reply).stream()
                .map(Reply::text)
                .filter(text -> text.startsWith("+"))
                .flatMap(text -> SessionId.parse(text.substring(1)).stream())
                .toList();
    }

    /** The first members tell mostly; more are asked if these are gone. */
    private Optional<SignedInPrincipal> signedIn(RedisNode node, String key, List<@Nullable Object> first) {
        Optional<SignedInPrincipal> found = signedIn(key, members(first));
        return found.isPresent() || first.size() < MEMBERS_ASKED
                ? found
                : signedIn(key, members(Reply.await(membersOf(node, key, MEMBERS_ASKED, MAX_PAGE))));
    }

    /** An index knows a hash of the name alone: a session of it tells the name. */
    private Optional<SignedInPrincipal> signedIn(String key, List<SessionId> ids) {
        for (SessionId id : ids) {
            scan.pace(1);
            String principal = Reply.await(entry(id))
                    .flatMap(SessionEntry::info)
                    .flatMap(SessionInfo::principal)
                    .orElse(null);
            if (principal != null
                    && key.endsWith(IndexKey.of(IndexKey.PRINCIPAL, principal).hash())) {
                return signedIn(principal, key);
            }
        }
        return Optional.empty();
    }

    private Optional<SignedInPrincipal> signedIn(String principal, String key) {
        SessionPage page = manager().pageByPrincipal(principal, null, MAX_PAGE);
        scan.pace(page.sessions().size());
        long count = page.sessions().size();
        boolean estimated = page.next().isPresent();
        if (estimated) {
            count = Math.max(count, number(redis.master(key).call("ZCOUNT", key, BOUND, "(" + ENDS)));
        }
        boolean more = estimated;
        long sessions = count;
        return page.sessions().stream()
                .map(SessionInfo::lastAccessedAt)
                .max(Comparator.naturalOrder())
                .map(last -> new SignedInPrincipal(principal, sessions, more, last));
    }

    /**
     * The events that the application's nodes publish with {@link io.sojourn.admin.events.EventPublisher}; empty if they do not.
     */
    public EventStream events() {
        return new EventStream(redis);
    }

    /** How long a {@code PING} takes at this moment, from here to the server and back. */
    public Duration ping() {
        long start = System.nanoTime();
        redis.ping();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Looks at the servers, the rights of the user, and the keys. */
    public Doctor doctor() {
        return new Doctor(new Patient(
                redis, store, scan, given == null ? InstantSource.system() : given.clock(), this::recordsEnds));
    }

    /** Ends a session; late saves do not bring it back. Tells whether it was there. */
    public boolean end(SessionId id) {
        return endingManager().revoke(id);
    }

    /** Ends all sessions of a principal, as {@link SessionManager#revokeAll}, and tells how many there were. */
    public int endAll(String principal) {
        return endingManager().revokeAll(principal);
    }

    /**
     * Ends all sessions with this value in a named index, as {@link SessionManager#revokeByIndex}, and tells how many there were.
     *
     * @throws IllegalArgumentException if the name cannot name an index
     */
    public int endIndex(String index, String value) {
        return endingManager().revokeByIndex(index, value);
    }

    /**
     * How large sessions are, and what is in them, from the first sessions that a scan meets. It meets them in the order of a hash, which
     * has nothing to do with their size or age. Each of them is loaded. If few of the keys are sessions, the scan ends after 100,000 keys,
     * or 20 for each session of the sample if that is more; then {@link SessionSizes#whole} is false.
     *
     * @param sample how many sessions, at least 1
     */
    public SessionSizes sizes(int sample) {
        if (sample < 1) {
            throw new IllegalArgumentException("The sample must be at least 1, not " + sample);
        }
        SizeTable table = new SizeTable();
        ScanPlace place = null;
        boolean whole = true;
        long most = Math.max(KEYS_OF_A_SAMPLE, KEYS_FOR_EACH_OF_A_SAMPLE * sample);
        long looked = 0;
        do {
            KeyScan.Batch batch = scan.next(place, "*", KeyScan.BATCH);
            looked += KeyScan.BATCH;
            List<SessionId> ids = batch.keys().stream()
                    .flatMap(key -> id(key).stream())
                    .filter(table::isNew)
                    .distinct()
                    .toList();
            int wanted = Math.min(ids.size(), sample - table.size());
            for (int from = 0; from < wanted; from += LOADED_AT_A_TIME) {
                int to = Math.min(wanted, from + LOADED_AT_A_TIME);
                scan.pace(to - from);
                measure(batch.node(), ids.subList(from, to), table);
            }
            whole = wanted == ids.size();
            place = batch.next();
        } while (place != null && table.size() < sample && looked < most);
        return table.result(whole && place == null);
    }

    private void measure(RedisNode node, List<SessionId> ids, SizeTable table) {
        List<CompletionStage<List<@Nullable Object>>> memory =
                ids.stream().map(id -> node.call("MEMORY", "USAGE", key(id))).toList();
        List<CompletionStage<Optional<StoredSession>>> loaded = ids.stream()
                .map(id -> store.load(id).handle((stored, failure) -> {
                    if (failure != null) {
                        String unused = unreadable(failure);
                        return Optional.<StoredSession>empty();
                    }
                    return stored;
                }))
                .toList();
        for (int i = 0; i < ids.size(); i++) {
            table.add(ids.get(i), number(memory.get(i)), Reply.await(loaded.get(i)));
        }
    }

    /**
     * What has become of a session. Causes of ends are known for an hour, if the application sets {@code endEvents} and one of its
     * nodes listens to ends.
     */
    public SessionFate why(SessionId id) {
        Optional<SessionEntry> entry = Reply.await(entry(id));
        if (entry.isPresent()) {
            Optional<SessionInfo> info = entry.get().info();
            return new SessionFate(
                    info.isPresent() ? SessionFate.State.LIVES : SessionFate.State.UNREADABLE,
                    Optional.empty(),
                    Optional.empty(),
                    info);
        }
        Map<String, byte[]> place = hash(key(id));
        String[] note = Reply.text(place.get("ended")).split(" ", -1); // Cause, time and verifier.
        if (note.length == 3) {
            return new SessionFate(SessionFate.State.ENDED, cause(note[0]), instant(note[1]), Optional.empty());
        }
        Map<String, byte[]> copy = hash(copyKey(id));
        if (!copy.isEmpty()) {
            return new SessionFate(
                    SessionFate.State.ENDED_UNTOLD,
                    cause(Reply.text(copy.get("c")).split(" ", -1)[0]), // The name of a node may follow.
                    Optional.empty(),
                    Optional.empty());
        }
        return new SessionFate(
                place.containsKey("forbidden") ? SessionFate.State.FORBIDDEN : SessionFate.State.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<Instant> instant(String millis) {
        return millis.matches("[0-9]{1,15}")
                ? Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)))
                : Optional.empty();
    }

    private Map<String, byte[]> hash(String key) {
        return Reply.await(redis.collections().hash(key));
    }

    private static Optional<String> cause(String cause) {
        return cause.matches("[A-Za-z_]{1,30}") ? Optional.of(cause.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private String copyKey(SessionId id) {
        String prefix = redis.prefix();
        int open = prefix.indexOf('{');
        int close = open < 0 ? -1 : prefix.indexOf('}', open);
        return close > open + 1 ? prefix + ":@end:" + id : prefix + ":@end:{" + prefix + ":" + id + "}";
    }

    /** Collects what an admin needs to know; not thread-safe. */
    public static final class Builder {

        private final RedisStore redis;
        private SessionStore store;
        private @Nullable SessionSettings settings;
        private int keysPerSecond = DEFAULT_KEYS_PER_SECOND;
        private boolean showValues;
        private LongConsumer onProgress = keys -> {};

        private Builder(RedisStore redis) {
            this.redis = redis;
            this.store = redis;
        }

        /**
         * The store with the layers that the application lays over Redis: encryption, compression. It must lie over the store that
         * the builder began with. Default: no layers.
         */
        public Builder store(SessionStore layered) {
            store = layered;
            return this;
        }

        /**
         * The application's settings: its codecs decode values, and {@code endEvents} must be as the application has it. Default: the
         * default settings, with {@code endEvents} if there are due times in Redis.
         */
        public Builder settings(SessionSettings ofApplication) {
            settings = ofApplication;
            return this;
        }

        /**
         * How many keys and sessions a scan looks at in a second. Default {@link #DEFAULT_KEYS_PER_SECOND}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder keysPerSecond(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("keysPerSecond must be at least 1, not " + count);
            }
            keysPerSecond = count;
            return this;
        }

        /**
         * Is told how far scans are: how many keys and sessions this admin has looked at since it was built. Called before each batch by
         * the thread that scans, so it should be quick; what it throws ends the scan. Default: nothing is told.
         */
        public Builder onProgress(LongConsumer listener) {
            onProgress = listener;
            return this;
        }

        /** Whether {@link #showWithValues} may be called. Values may be private, so the default is false. */
        public Builder showValues(boolean allow) {
            showValues = allow;
            return this;
        }

        /** An admin; asks nothing of the server yet. */
        public SessionAdmin build() {
            return new SessionAdmin(this);
        }
    }
}
