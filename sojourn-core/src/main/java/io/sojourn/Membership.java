package io.sojourn;

import io.sojourn.SessionDelta.IndexChange;
import io.sojourn.SessionDelta.PrincipalChange;
import io.sojourn.format.Header;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
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
 * Which indexes a session belongs in, and when they must be told.
 *
 * <p>An index is told of a session when it gets a value, and then only when its life comes to last longer than the index
 * knows. What the index knows is no field of the session: it is the session's end {@linkplain Lifetimes#knownEnd rounded
 * up}, and follows from the header and the time of the last touch. So a session in use is entered again once in half an
 * idle timeout or so, and every other save and touch costs the index nothing.
 */
final class Membership {

    /** What the index is told beyond that: the session's write comes later, and nodes' clocks may differ by so much. */
    private static final long MARGIN_MILLIS = Duration.ofMinutes(1).toMillis();

    private Membership() {}

    /** The indexes that a session of this header is to be found in. */
    static Map<IndexKey, String> keys(Header header) {
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

    /** What is to be entered before a write. */
    static List<IndexEntry> entries(
            EngineContext context,
            SessionId id,
            @Nullable SessionRecord base,
            Header header,
            SessionDelta changes,
            long now) {
        boolean outlives = base != null && outlives(context, base, header, now);
        if (base != null && !outlives && !changes.touchHeader()) {
            return List.of();
        }
        Map<IndexKey, String> keys = keys(header);
        Set<IndexKey> before = base == null ? Set.of() : keys(base.header()).keySet();
        Duration timeToLive = timeToLive(context, header, now);
        List<IndexEntry> entries = new ArrayList<>(keys.size());
        keys.forEach((key, name) -> {
            Long boundAt = boundAt(name, changes);
            if (boundAt != null || !before.contains(key)) {
                long age = boundAt == null ? 0 : Math.max(0, now - boundAt);
                entries.add(new IndexEntry(key, id, timeToLive, binding(context, name, age)));
            } else if (outlives) {
                entries.add(new IndexEntry(key, id, timeToLive, null));
            }
        });
        return entries;
    }

    /** A sign-in that is not about to be written yet; a limit does not concern it until then. */
    static IndexEntry signIn(EngineContext context, IndexKey key, TrackedSession session, PrincipalChange signIn) {
        long now = context.now();
        Binding binding = Binding.unlimited(Duration.ofMillis(Math.max(0, now - signIn.atMillis())));
        return new IndexEntry(key, session.id(), timeToLive(context, session.headerNow(), now), binding);
    }

    private static Binding binding(EngineContext context, String name, long ageMillis) {
        Duration age = Duration.ofMillis(ageMillis);
        int limit = name.equals(IndexKey.PRINCIPAL) ? context.settings().maxSessionsPerPrincipal() : 0;
        return limit == 0 ? Binding.unlimited(age) : new Binding(age, limit, false, List.of());
    }

    private static @Nullable Long boundAt(String name, SessionDelta changes) {
        if (name.equals(IndexKey.PRINCIPAL)) {
            return changes.principal() == null
                    ? null
                    : (Long) changes.principal().atMillis();
        }
        IndexChange change = changes.indexes().get(name);
        return change == null ? null : (Long) change.atMillis();
    }

    /** What is to be entered before a touch. */
    static List<IndexEntry> entries(EngineContext context, SessionRecord state, SessionTouch touch, long now) {
        Header header = state.header();
        if (!outlives(context, state, header, now)) {
            return List.of();
        }
        Duration timeToLive = timeToLive(context, header, now);
        return keys(header).keySet().stream()
                .map(key -> new IndexEntry(key, touch.id(), timeToLive, null))
                .toList();
    }

    /** What a session is to be taken out of after it was written. */
    static List<IndexKey> left(@Nullable SessionRecord base, Header header) {
        if (base == null || bindings(base.header()).equals(bindings(header))) {
            return List.of();
        }
        Set<IndexKey> now = keys(header).keySet();
        return keys(base.header()).keySet().stream()
                .filter(key -> !now.contains(key))
                .toList();
    }

    private static List<Object> bindings(Header header) {
        return List.of(
                Objects.requireNonNullElse(header.principal(), ""),
                header.details().indexes());
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
