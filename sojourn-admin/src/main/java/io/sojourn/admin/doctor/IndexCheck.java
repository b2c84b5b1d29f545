package io.sojourn.admin.doctor;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.Severity;
import io.sojourn.admin.read.RecordReader;
import io.sojourn.admin.scan.KeyScan;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares sessions with the indexes that name them. A session that its index lacks is a fault, since a revocation would not end it. An
 * index that names sessions which are gone is as designed for a while; only many of them are told.
 */
final class IndexCheck {

    private static final Pattern INDEX = Pattern.compile("@([a-z][a-z0-9-]{0,30}):([A-Za-z0-9_-]{43})");

    /** How many members of each index are read first: all, for most users. */
    private static final int FIRST = 20;

    /** How many members of a larger index are read in one step. */
    private static final int MEMBERS = 1_000;

    /** How many commands are sent before the first answer is awaited. A round trip for each would take minutes in all. */
    private static final int AT_ONCE = KeyScan.BATCH;

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

    /**
     * A session that was read.
     *
     * @param timeToLive in milliseconds; negative if it has none
     */
    record Seen(SessionId id, Header header, long timeToLive) {}

    private record Claim(Seen session, IndexKey index) {}

    /** Whether the indexes have these sessions. */
    void lookAtSessions(List<Seen> sessions) {
        List<Claim> claims = new ArrayList<>();
        for (Seen session : sessions) {
            keys(session.header()).forEach(index -> claims.add(new Claim(session, index)));
        }
        inSteps(claims, some -> {
            List<CompletionStage<Boolean>> lacking = some.stream()
                    .map(claim -> lacks(claim.index(), claim.session().id()))
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                if (Reply.await(lacking.get(i))) {
                    lookAgain(some.get(i));
                }
            }
        });
    }

    private <T> void inSteps(List<T> all, Consumer<List<T>> look) {
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<T> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            patient.scan().pace(some.size());
            look.accept(some);
        }
    }

    private void lookAgain(Claim claim) {
        SessionId id = claim.session().id();
        IndexKey index = claim.index();
        if (!isStillIn(index, id)) {
            return;
        }
        missing.add(patient.key(id.toString()));
        if (heal) {
            long timeToLive = claim.session().timeToLive();
            Duration left = timeToLive < 0 ? null : Duration.ofMillis(Math.max(1, timeToLive) + LONGER_MILLIS);
            EntryResult result = Reply.await(patient.store().enter(new IndexEntry(index, id, left, null)));
            healed += result instanceof EntryResult.Entered ? 1 : 0;
        }
    }

    private CompletionStage<Boolean> lacks(IndexKey index, SessionId id) {
        String key = key(index);
        return patient.redis()
                .master(key)
                .call("ZSCORE", key, id.toString())
                .thenApply(score -> Reply.error(score) == null && Reply.at(score, 0) == null);
    }

    /** It may have ended, or changed its principal, between two looks. */
    private boolean isStillIn(IndexKey index, SessionId id) {
        try {
            return Reply.await(patient.store().peek(id, SessionRecord.RECORD))
                            .map(RecordReader::record)
                            .filter(state -> keys(state.header()).contains(index))
                            .isPresent()
                    && Reply.await(lacks(index, id));
        } catch (UnreadableSessionException e) {
            return false;
        }
    }

    /** Looks at the members of some indexes of a server, and gives the keys that are no index at all. */
    List<String> lookAtIndexes(RedisNode node, Map<String, IndexKey> indexes) {
        patient.scan().pace(indexes.size());
        List<String> foreign = new ArrayList<>();
        List<IndexMembers> all = new ArrayList<>();
        indexes.forEach((key, index) -> all.add(new IndexMembers(key, index)));
        List<CompletionStage<List<@Nullable Object>>> pages =
                all.stream().map(members -> members.ask(node, FIRST)).toList();
        List<IndexMembers.Member> few = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            List<@Nullable Object> page = Reply.await(pages.get(i));
            String refused = Reply.error(page);
            if (refused != null && refused.startsWith("WRONGTYPE")) {
                foreign.add(all.get(i).key());
            }
            few.addAll(all.get(i).read(page, FIRST));
        }
        lookAtMembers(few);
        all.forEach(members -> lookAtTheRest(node, members));
        return foreign;
    }

    private void lookAtTheRest(RedisNode node, IndexMembers members) {
        while (members.hasMore()) {
            lookAtMembers(members.read(Reply.await(members.ask(node, MEMBERS)), MEMBERS));
        }
        if (members.isStale(STALE_AT_LEAST)) {
            stale.add(members.key());
        }
        if (heal) {
            takeOut(members.index(), members.gone());
        }
    }

    /** Which of these sessions are not there. */
    private void lookAtMembers(List<IndexMembers.Member> members) {
        inSteps(members, some -> {
            List<CompletionStage<Boolean>> gone =
                    some.stream().map(member -> isGone(member.id())).toList();
            for (int i = 0; i < some.size(); i++) {
                if (Reply.await(gone.get(i))) {
                    some.get(i).of().addGone(some.get(i).id());
                }
            }
        });
    }

    private CompletionStage<Boolean> isGone(SessionId id) {
        String session = patient.key(id.toString());
        return patient.redis()
                .master(session)
                .call("EXISTS", session)
                .thenApply(found -> Reply.number(Reply.at(found, 0), 1) == 0);
    }

    /**
     * Only after all pages, since a member less would shift the next one. That can be minutes after the first look, in which a
     * session that was about to be created has been: so we look again.
     */
    private void takeOut(IndexKey index, List<SessionId> seenGone) {
        inSteps(seenGone, some -> {
            List<CompletionStage<Boolean>> gone =
                    some.stream().map(this::isGone).toList();
            List<SessionId> leaving = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                if (Reply.await(gone.get(i))) {
                    leaving.add(some.get(i));
                }
            }
            if (!leaving.isEmpty()) {
                healed += Reply.await(patient.store().leave(index, leaving, false)) ? leaving.size() : 0;
            }
        });
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
