package io.sojourn.admin.doctor;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.Severity;
import io.sojourn.admin.read.RecordReader;
import io.sojourn.admin.scan.Reply;
import io.sojourn.format.Header;
import io.sojourn.record.SessionRecord;
import io.sojourn.redis.RedisNode;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares sessions with the indexes that name them. A session that its index lacks is a fault, since a revocation would not end it. An
 * index that names sessions which are gone is as designed for a while; only many of them are told.
 */
final class IndexCheck {

    private static final Pattern INDEX = Pattern.compile("@([a-z][a-z0-9-]{0,30}):([A-Za-z0-9_-]{43})");

    /** The bounds of the scores of bindings, see docs/format.md. */
    private static final String BOUND = "-7.5e15";

    private static final String ENDS = "-6e15";

    /** How many members of an index are read and looked at in one step. */
    private static final int MEMBERS = 1_000;

    private static final int STALE_AT_LEAST = 10;

    /** An entry lives a little longer than its session. */
    private static final long LONGER_MILLIS = 120_000;

    private final Patient patient;
    private final boolean heal;
    private final Examples missing = new Examples();
    private final Examples stale = new Examples();
    private long healed;

    IndexCheck(Patient patient, boolean heal) {
        this.patient = patient;
        this.heal = heal;
    }

    long healed() {
        return healed;
    }

    /** Which index it is whose key ends like this. */
    static Optional<IndexKey> index(String rest) {
        Matcher matcher = INDEX.matcher(rest);
        return matcher.matches() ? Optional.of(new IndexKey(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    private String key(IndexKey index) {
        return patient.key("@" + index.name() + ":" + index.hash());
    }

    private static Set<IndexKey> keys(Header header) {
        Set<IndexKey> keys = new HashSet<>();
        String principal = header.principal();
        if (principal != null) {
            keys.add(IndexKey.of(IndexKey.PRINCIPAL, principal));
        }
        for (Map.Entry<String, String> index : header.details().indexes().entrySet()) {
            keys.add(IndexKey.of(index.getKey(), index.getValue()));
        }
        return keys;
    }

    /** Whether the indexes have this session. */
    void lookAtSession(SessionId id, Header header, long timeToLive) {
        for (IndexKey index : keys(header)) {
            patient.scan().pace(1);
            if (lacks(index, id) && isStillIn(index, id)) {
                missing.add(patient.key(id.toString()));
                if (heal) {
                    Duration left = timeToLive < 0 ? null : Duration.ofMillis(Math.max(1, timeToLive) + LONGER_MILLIS);
                    EntryResult result = Reply.await(patient.store().enter(new IndexEntry(index, id, left, null)));
                    healed += result instanceof EntryResult.Entered ? 1 : 0;
                }
            }
        }
    }

    private boolean lacks(IndexKey index, SessionId id) {
        String key = key(index);
        List<@Nullable Object> score = Reply.await(patient.redis().master(key).call("ZSCORE", key, id.toString()));
        return Reply.error(score) == null && Reply.at(score, 0) == null;
    }

    /** It may have ended, or changed its principal, between two looks. */
    private boolean isStillIn(IndexKey index, SessionId id) {
        try {
            return Reply.await(patient.store().peek(id, SessionRecord.RECORD))
                            .map(RecordReader::record)
                            .filter(state -> keys(state.header()).contains(index))
                            .isPresent()
                    && lacks(index, id);
        } catch (UnreadableSessionException e) {
            return false;
        }
    }

    /** Whether this is an index at all. */
    boolean lookAtIndex(RedisNode node, String key, IndexKey index) {
        Set<SessionId> gone = new LinkedHashSet<>();
        long looked = 0;
        String from = BOUND;
        int atFrom = 0; // How many members with this very score were looked at.
        int found;
        do {
            List<@Nullable Object> reply = Reply.await(node.call(
                    "ZRANGEBYSCORE", key, from, "(" + ENDS, "WITHSCORES", "LIMIT", "" + atFrom, "" + MEMBERS));
            String refused = Reply.error(reply);
            if (refused != null) {
                return !refused.startsWith("WRONGTYPE");
            }
            List<SessionId> ids = new ArrayList<>();
            for (Object each : reply) {
                List<@Nullable Object> entry = Reply.list(each);
                String score = Reply.text(Reply.at(entry, 1));
                atFrom = score.equals(from) ? atFrom + 1 : 1;
                from = score;
                String member = Reply.text(Reply.at(entry, 0));
                if (member.startsWith("+")) {
                    SessionId.parse(member.substring(1)).ifPresent(ids::add);
                }
            }
            found = reply.size();
            looked += ids.size();
            gone.addAll(gone(ids));
        } while (found == MEMBERS);
        if (gone.size() >= STALE_AT_LEAST && 2L * gone.size() > looked) {
            stale.add(key);
        }
        if (heal) {
            takeOut(index, List.copyOf(gone));
        }
        return true;
    }

    /** Only after all pages, since a member less would shift the next one. */
    private void takeOut(IndexKey index, List<SessionId> gone) {
        for (int from = 0; from < gone.size(); from += MEMBERS) {
            List<SessionId> some = gone.subList(from, Math.min(gone.size(), from + MEMBERS));
            healed += Reply.await(patient.store().leave(index, some, false)) ? some.size() : 0;
        }
    }

    /** Which of these sessions are not there. */
    private List<SessionId> gone(List<SessionId> ids) {
        patient.scan().pace(ids.size());
        List<CompletionStage<List<@Nullable Object>>> there = ids.stream()
                .map(id -> patient.key(id.toString()))
                .map(session -> patient.redis().master(session).call("EXISTS", session))
                .toList();
        List<SessionId> gone = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (Reply.number(Reply.at(Reply.await(there.get(i)), 0), 1) == 0) {
                gone.add(ids.get(i));
            }
        }
        return gone;
    }

    void conclude(Notes notes) {
        if (!missing.isEmpty()) {
            notes.add(
                    "index-lacks-sessions",
                    Severity.CRITICAL,
                    "indexes",
                    missing.say("session is not in its index", "sessions are not in their index"),
                    "Signing a user out everywhere does not end these sessions, and no list shows them",
                    heal ? "They were entered again" : "Let the doctor heal them");
        }
        if (!stale.isEmpty()) {
            notes.add(
                    "index-stale",
                    Severity.NOTE,
                    "indexes",
                    stale.say(
                            "index names mostly sessions that are gone", "indexes name mostly sessions that are gone"),
                    "Something else removes sessions, or they were restored from a dump; lists of a user become slow",
                    heal ? "They were taken out" : "Let the doctor heal them");
        }
    }
}
