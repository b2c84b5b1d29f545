package io.sojourn.admin.doctor;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.Severity;
import io.sojourn.admin.read.RecordReader;
import io.sojourn.admin.scan.KeyScan;
import io.sojourn.admin.scan.Reply;
import io.sojourn.format.Header;
import io.sojourn.log.SettingName;
import io.sojourn.record.SessionRecord;
import io.sojourn.redis.RedisNode;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at all keys under the prefix, a batch at a time: what they are, whether they end, and whether sessions can be read. */
public final class KeyCheck {

    /** Larger sessions travel over a connection of their own. */
    private static final long HUGE_BYTES = 256 << 10;

    private static final Duration JUST_NOW = Duration.ofSeconds(5);
    private static final int WATCHED = 200;
    private static final int MOST_CAUSES = 20;

    private static final Pattern OTHER = Pattern.compile("@due:\\d{1,2}|@told|@listening|@events|@(end|doctor):.*");

    /** What the Ring store puts before the sessions that an application named, and before all that belongs to them. */
    private static final String NAMED = "n:";

    /** Sessions of ring-redis-session, and sessions, timers and indexes of Spring Session. */
    private static final Pattern OTHER_STORE = Pattern.compile(
            "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|sessions:.+|expirations(:.*)?|index:[^:]*PRINCIPAL_NAME.*",
            Pattern.DOTALL);

    /** A key that is not Sojourn's may be the secret of its user, as a session's key is in some stores. */
    private static final int SHOWN_OF_A_FOREIGN_KEY = 4;

    private final Patient patient;
    private final Notes notes;
    private final IndexCheck indexes;
    private final Examples foreign = new Examples();
    private long ofOtherStores;
    private final Examples endless = new Examples();
    private final Examples huge = new Examples();
    private final Map<String, Examples> unreadable = new LinkedHashMap<>();
    private final List<SessionId> recent = new ArrayList<>();
    private long looked;

    public KeyCheck(Patient patient, Notes notes, boolean heal) {
        this.patient = patient;
        this.notes = notes;
        this.indexes = new IndexCheck(patient, heal);
    }

    /** How many keys were looked at. */
    public long looked() {
        return looked;
    }

    /** How many entries in indexes were mended. */
    public long healed() {
        return indexes.healed();
    }

    /** Sessions that were used a moment ago; some of them. */
    public List<SessionId> recentlyUsed() {
        return recent;
    }

    private record Asked(
            SessionId id,
            CompletionStage<List<@Nullable Object>> timeToLive,
            CompletionStage<List<@Nullable Object>> memory,
            CompletionStage<Optional<StoredSession>> stored) {}

    /** Looks at some keys. */
    public void look(KeyScan.Batch batch) {
        Map<String, SessionId> sessions = new LinkedHashMap<>();
        Map<String, IndexKey> found = new LinkedHashMap<>();
        for (String key : batch.keys()) {
            looked++;
            String rest = rest(key);
            SessionId id = SessionId.parse(rest).orElse(null);
            IndexKey index = IndexCheck.index(rest).orElse(null);
            if (id != null) {
                sessions.put(key, id);
            } else if (index != null) {
                found.put(key, index);
            } else if (OTHER_STORE.matcher(rest).matches()) {
                ofOtherStores++;
            } else if (!isOfNamedSessions(rest) && !OTHER.matcher(rest).matches()) {
                addForeign(key);
            }
        }
        lookAtSessions(batch.node(), sessions);
        indexes.lookAtIndexes(batch.node(), found).forEach(this::addForeign);
    }

    /** All are asked about before the first answer is awaited. */
    private void lookAtSessions(RedisNode node, Map<String, SessionId> sessions) {
        patient.scan().pace(sessions.size());
        List<Asked> asked = new ArrayList<>();
        sessions.forEach((key, id) -> asked.add(ask(node, key, id)));
        List<IndexCheck.Seen> read = new ArrayList<>();
        asked.forEach(one -> look(one, patient.key(one.id().toString())).ifPresent(read::add));
        indexes.lookAtSessions(read);
    }

    private String rest(String key) {
        return key.substring(patient.redis().prefix().length() + 1);
    }

    private void addForeign(String key) {
        foreign.add(beginning(key));
    }

    private String beginning(String key) {
        String rest = rest(key);
        return patient.key(
                rest.length() <= SHOWN_OF_A_FOREIGN_KEY ? rest : rest.substring(0, SHOWN_OF_A_FOREIGN_KEY) + "…");
    }

    /** They have a prefix of their own, which begins with this one. */
    private static boolean isOfNamedSessions(String rest) {
        if (!rest.startsWith(NAMED)) {
            return false;
        }
        String own = rest.substring(NAMED.length());
        return SessionId.parse(own).isPresent()
                || IndexCheck.index(own).isPresent()
                || OTHER.matcher(own).matches();
    }

    private Asked ask(RedisNode node, String key, SessionId id) {
        return new Asked(
                id,
                node.call("PTTL", key),
                node.call("MEMORY", "USAGE", key),
                patient.store().peek(id, SessionRecord.RECORD));
    }

    /** The session, if it is there and can be read. */
    private Optional<IndexCheck.Seen> look(Asked asked, String key) {
        long timeToLive = Reply.number(Reply.at(Reply.await(asked.timeToLive()), 0), 0);
        if (Reply.number(Reply.at(Reply.await(asked.memory()), 0), 0) > HUGE_BYTES) {
            huge.add(key);
        }
        SessionRecord state;
        try {
            state = Reply.await(asked.stored()).map(RecordReader::record).orElse(null);
        } catch (UnreadableSessionException e) {
            cannotRead(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        } catch (CompletionException e) {
            cannotRead(key, String.valueOf(e.getCause()));
            return Optional.empty();
        }
        if (state == null) {
            if (timeToLive == -1) {
                endless.add(beginning(key)); // Keeps a session from being created, if it is Sojourn's at all.
            }
            return Optional.empty();
        }
        Header header = state.header();
        if (timeToLive == -1 && (header.idleTimeout() != Header.NONE || header.deadline() != Header.NONE)) {
            endless.add(key);
        }
        if (recent.size() < WATCHED && Math.abs(patient.clock().millis() - state.touchedAt()) < JUST_NOW.toMillis()) {
            recent.add(asked.id());
        }
        return Optional.of(new IndexCheck.Seen(asked.id(), header, timeToLive));
    }

    private void cannotRead(String key, String cause) {
        if (cause.contains("another type")) {
            addForeign(key);
        } else if (unreadable.containsKey(cause) || unreadable.size() < MOST_CAUSES) {
            unreadable.computeIfAbsent(cause, any -> new Examples()).add(key);
        }
    }

    /** Says what was found. */
    public void conclude() {
        if (!foreign.isEmpty()) {
            notes.add(
                    "foreign-keys",
                    Severity.WARNING,
                    "keys",
                    foreign.say("key under the prefix is not Sojourn's", "keys under the prefix are not Sojourn's"),
                    "Something else writes under this prefix, and may overwrite or remove sessions",
                    "Give the other program another prefix, or Sojourn; a prefix that begins with this one and a colon is another"
                            + " application's");
        }
        if (ofOtherStores > 0) {
            notes.add(
                    "other-store",
                    Severity.NOTE,
                    "keys",
                    ofOtherStores == 1
                            ? "1 key under the prefix looks like a session of another store"
                            : ofOtherStores + " keys under the prefix look like sessions of another store",
                    "Such keys are of ring-redis-session or Spring Session; they are not shown, since they let a reader in as"
                            + " their user",
                    "If that store is not in use any more, let them run out or remove them; else give one of the two another "
                            + SettingName.PREFIX);
        }
        if (!endless.isEmpty()) {
            notes.add(
                    "no-ttl",
                    Severity.WARNING,
                    "keys",
                    endless.say("key has no TTL", "keys have no TTL"),
                    "These sessions never end and stay in memory for ever",
                    "Find out who sends PERSIST or restores dumps without TTL; give them one with PEXPIRE, or end them");
        }
        if (!huge.isEmpty()) {
            notes.add(
                    "huge",
                    Severity.WARNING,
                    "sessions",
                    huge.say("session takes more than 256 KiB", "sessions take more than 256 KiB"),
                    "Each request of such a session moves all of it over the network, and holds up others",
                    "Look at the sizes of its attributes, and keep large data elsewhere");
        }
        unreadable.forEach((cause, examples) -> {
            boolean layered = cause.contains("layer");
            notes.add(
                    layered ? "sealed" : "unreadable",
                    layered ? Severity.NOTE : Severity.WARNING,
                    "sessions",
                    examples.say("session cannot be read", "sessions cannot be read") + ": " + cause,
                    layered
                            ? "Their contents could not be checked"
                            : "Their users are signed out as long as this version runs",
                    layered
                            ? "Give the store with the layers of the application"
                            : "If a newer version of the library wrote them, upgrade all nodes; if they are damaged, end them");
        });
        indexes.conclude(notes);
    }
}
