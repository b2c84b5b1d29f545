package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.bytes.Sha256;
import io.sojourn.context.EngineContext;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.format.PackedRecord;
import io.sojourn.index.EntryRequest;
import io.sojourn.index.IndexMembership;
import io.sojourn.record.SessionDelta;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request's changes laid over one stored state: the write that would make them, and the state afterwards. Only the
 * parts that change are written: a large attribute alone, or the packed record with all small ones.
 *
 * @param write what to ask the store for; null if the session's time is up
 * @param state what will be stored if it is applied
 * @param entries what is to be entered in indexes before
 * @param left what the session can be taken out of afterwards
 */
record PreparedWrite(
        @Nullable SessionWrite write, SessionRecord state, List<EntryRequest> entries, List<IndexKey> left) {

    static PreparedWrite create(EngineContext context, TrackedSession session, Header header, SessionDelta changes) {
        Header first = header;
        SessionToken token = changes.token();
        ForeignSession old = session.adopted();
        if (token != null && old != null) {
            first = header.rotateWithGrace(token.verifier(), context.now(), grace(old.livesAtMost()));
        } else if (token != null && session.hasChosenToken()) {
            first = header.rotateOnRequest(token.verifier(), context.now()); // Others may hold the chosen one.
        } else if (token != null) {
            first = header.rotate(token.verifier(), context.now())
                    .withReplaced(header.replaced()); // No client has ever held this secret.
        }
        Header changed = changes.applyTo(first);
        if (old != null && old.createdAt().isPresent() && changed.principal() != null) {
            // The sign-in is as old as the session may be, not as young as its adoption.
            changed = changed.withDetails(changed.details().withAuthenticatedAt(changed.createdAt()));
        }
        return new PreparedWrite.Builder(context, null, changed, changes).build(session.id());
    }

    private static long grace(Duration livesAtMost) {
        return livesAtMost.isZero() ? SessionSettings.LONGEST.toMillis() : livesAtMost.toMillis();
    }

    static PreparedWrite change(EngineContext context, SessionId id, SessionRecord base, SessionDelta changes) {
        Header header = base.header();
        SessionDelta.Rotation rotation = changes.rotation();
        long now = context.now();
        if (rotation != null && !Sha256.same(rotation.token().verifier(), header.verifier())) {
            byte[] verifier = rotation.token().verifier();
            header = rotation.byAge()
                    ? header.rotateWithGrace(verifier, now, context.lifetimes().unseenGrace())
                    : header.rotateOnRequest(verifier, now);
        }
        header = changes.applyTo(header).forgetReplacedBefore(now - SessionSettings.SUPERSEDED_FOR.toMillis());
        return new PreparedWrite.Builder(context, base, header, changes).build(id);
    }

    /** A write that lets the secrets before the current one open the session no longer than need be. */
    static PreparedWrite endGrace(EngineContext context, SessionId id, SessionRecord base) {
        Header header = base.header().endGrace(context.settings().renewalGrace().toMillis());
        Builder builder = new Builder(context, base, header, SessionDelta.NONE);
        builder.recordChanged = true;
        return builder.build(id);
    }

    /** Works out which parts to write. */
    private static final class Builder {

        private final EngineContext context;
        private final @Nullable SessionRecord base;
        private final Header header;
        private final SessionDelta changes;
        private final Map<String, EncodedValue> table;
        private final Map<String, byte[]> put = new HashMap<>(4);
        private final Set<String> remove = new HashSet<>(2);
        private boolean mayGrow;
        private boolean recordChanged;

        Builder(EngineContext context, @Nullable SessionRecord base, Header header, SessionDelta changes) {
            this.context = context;
            this.base = base;
            this.header = header;
            this.changes = changes;
            this.recordChanged = base == null || changes.changesHeader();
            Map<String, EncodedValue> stored =
                    base == null ? Map.of() : base.record().attributes();
            this.table = new LinkedHashMap<>(stored.size() * 4 / 3 + 2);
            stored.forEach(table::put); // The constructor would copy through a wrapper for each entry.
            Set<String> keeps = changes.keeps();
            if (keeps != null) {
                Set<String> others = new HashSet<>(table.keySet());
                others.removeAll(keeps);
                others.forEach(name -> apply(name, null));
            }
            changes.attributes().forEach(this::apply);
        }

        private void apply(String name, @Nullable EncodedValue encoded) {
            String part = SessionRecord.ATTRIBUTE + name;
            mayGrow |= encoded != null;
            EncodedValue before = table.get(name);
            boolean wasExternal = before != null && before.isExternal();
            if (encoded == null) {
                recordChanged |= table.remove(name) != null;
            } else if (encoded.length() > context.settings().inlineLimit()) {
                put.put(part, encoded.bytes());
                recordChanged |= before == null || !before.isExternal() || before.codec() != encoded.codec();
                table.put(name, EncodedValue.external(encoded.codec()));
                return;
            } else {
                recordChanged = true;
                table.put(name, encoded);
            }
            if (wasExternal) {
                remove.add(part);
            }
        }

        PreparedWrite build(SessionId id) {
            PackedRecord record;
            if (recordChanged || base == null) {
                record = PackedRecord.of(header, table);
                put.put(SessionRecord.RECORD, record.bytes());
            } else {
                record = base.record();
            }
            Map<String, byte[]> parts = new HashMap<>(base == null ? Map.of() : base.parts());
            parts.keySet().removeAll(remove);
            parts.putAll(put);
            requireLimits(parts);

            long now = context.now();
            long revision = SessionRecord.freshRevision();
            SessionRecord state = new SessionRecord(revision, now, record, Map.copyOf(parts));
            Duration timeToLive = context.lifetimes().timeToLive(header, now);
            if (timeToLive != null && timeToLive.toMillis() < 1) {
                return new PreparedWrite(null, state, List.of(), List.of());
            }
            long expected = base == null ? SessionWrite.ABSENT : base.revision();
            return new PreparedWrite(
                    new SessionWrite(id, expected, revision, Instant.ofEpochMilli(now), timeToLive, put, remove),
                    state,
                    IndexMembership.entries(context, id, base, header, changes, now),
                    IndexMembership.left(base, header));
        }

        /** A session that is over a limit, perhaps because the limit was lowered, may stay and sign in, but it may not grow. */
        private void requireLimits(Map<String, byte[]> parts) {
            SessionSettings settings = context.settings();
            boolean wasOver = base != null && size(base.parts()) > settings.maxSessionBytes();
            if (!mayGrow && (wasOver || !changes.changesHeader())) {
                return;
            }
            int countBefore = base == null ? 0 : base.names().size();
            if (table.size() > Math.max(settings.maxAttributes(), countBefore)) {
                throw new SessionLimitException(
                        "The number of attributes", table.size(), "maxAttributes", settings.maxAttributes());
            }
            long bytes = size(parts);
            if (bytes > settings.maxSessionBytes() && (base == null || bytes > size(base.parts()))) {
                throw new SessionLimitException(
                        "The size of the session in bytes", bytes, "maxSessionBytes", settings.maxSessionBytes());
            }
        }

        private static long size(Map<String, byte[]> parts) {
            long bytes = 0;
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                bytes += part.getKey().length() + part.getValue().length;
            }
            return bytes;
        }
    }
}
