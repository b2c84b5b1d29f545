package io.sojourn.index;

import io.sojourn.SessionId;
import io.sojourn.context.EngineContext;
import io.sojourn.format.Header;
import io.sojourn.record.EventTime;
import io.sojourn.record.Lifetimes;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionDelta.IndexChange;
import io.sojourn.record.SessionDelta.PrincipalChange;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionTouch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which indexes a session belongs in, and when it must be entered.
 *
 * <p>A session is entered when it gains an index value, and again only when its end passes the one that the index has. What
 * the index has is no field of the session: it is the session's end {@linkplain Lifetimes#knownEnd rounded up}, and follows
 * from the header and the time of the last touch. So a session in use is entered again about once in half an idle timeout,
 * and every other save and touch costs the index nothing.
 */
public final class IndexMembership {

    /** How much is added to the end that the index is told: the session's write comes later, and nodes' clocks may differ by so much. */
    private static final long MARGIN_MILLIS = Duration.ofMinutes(1).toMillis();

    private IndexMembership() {}

    /** The indexes that a session of this header is to be found in. */
    public static Map<IndexKey, String> keys(Header header) {
        String principal = header.principal();
        Map<String, String> indexes = header.details().indexes();
        if (principal == null && indexes.isEmpty()) {
            return Map.of();
        }
        Map<IndexKey, String> keys = new LinkedHashMap<>(4);
        if (principal != null) {
            keys.put(IndexKey.of(IndexKey.PRINCIPAL, principal), IndexKey.PRINCIPAL);
        }
        indexes.forEach((name, value) -> keys.put(IndexKey.of(name, value), name));
        return keys;
    }

    /** Whether a session of this header is to be found in this index under this value. */
    static boolean belongs(IndexKey key, Header header) {
        return keys(header).containsKey(key);
    }

    /** What is to be entered before a write. */
    public static List<EntryRequest> entries(
            EngineContext context,
            SessionId id,
            @Nullable SessionRecord base,
            Header header,
            SessionDelta changes,
            long now) {
        boolean outlives = base != null && outlives(context, base, header, now);
        if (base != null && !outlives && !changes.changesHeader()) {
            return List.of();
        }
        Map<IndexKey, String> keys = keys(header);
        Set<IndexKey> before = base == null ? Set.of() : keys(base.header()).keySet();
        Duration timeToLive = timeToLive(context, header, now);
        List<EntryRequest> entries = new ArrayList<>(keys.size());
        keys.forEach((key, name) -> {
            EventTime since = since(name, changes);
            if (since != null || !before.contains(key)) {
                EventTime bound = since == null ? context.moment() : since;
                entries.add(new EntryRequest(key, id, timeToLive, bound, limit(context, name)));
            } else if (outlives) {
                entries.add(new EntryRequest(key, id, timeToLive, null, 0));
            }
        });
        return entries;
    }

    /** A sign-in that is not about to be written yet; a limit does not concern it until then. */
    public static EntryRequest signIn(
            EngineContext context, IndexKey key, SessionId id, Header header, PrincipalChange signIn) {
        Duration timeToLive = timeToLive(context, header, context.now());
        return new EntryRequest(key, id, timeToLive, signIn.at(), 0);
    }

    private static int limit(EngineContext context, String name) {
        return name.equals(IndexKey.PRINCIPAL) ? context.settings().maxSessionsPerPrincipal() : 0;
    }

    private static @Nullable EventTime since(String name, SessionDelta changes) {
        if (name.equals(IndexKey.PRINCIPAL)) {
            PrincipalChange change = changes.principal();
            return change == null ? null : change.at();
        }
        IndexChange change = changes.indexes().get(name);
        return change == null ? null : change.at();
    }

    /** What is to be entered before a touch. */
    public static List<EntryRequest> touchEntries(
            EngineContext context, SessionRecord state, SessionTouch touch, long now) {
        Header header = state.header();
        if (!outlives(context, state, header, now)) {
            return List.of();
        }
        Duration timeToLive = timeToLive(context, header, now);
        return keys(header).keySet().stream()
                .map(key -> new EntryRequest(key, touch.id(), timeToLive, null, 0))
                .toList();
    }

    /** What a session is to be taken out of after it was written. */
    public static List<IndexKey> left(@Nullable SessionRecord base, Header header) {
        Header before = base == null ? header : base.header();
        if (Objects.equals(before.principal(), header.principal())
                && before.details().indexes().equals(header.details().indexes())) {
            return List.of();
        }
        Set<IndexKey> now = keys(header).keySet();
        return keys(before).keySet().stream().filter(key -> !now.contains(key)).toList();
    }

    private static boolean outlives(EngineContext context, SessionRecord before, Header header, long now) {
        Lifetimes lifetimes = context.lifetimes();
        // A node whose clock is far ahead may have told the index less than it seems from here.
        return before.touchedAt() > now + MARGIN_MILLIS
                || lifetimes.knownEnd(header, now) > lifetimes.knownEnd(before.header(), before.touchedAt());
    }

    private static @Nullable Duration timeToLive(EngineContext context, Header header, long now) {
        long end = context.lifetimes().knownEnd(header, now);
        return end == Long.MAX_VALUE ? null : Duration.ofMillis(Math.max(0, end - now) + MARGIN_MILLIS);
    }
}
