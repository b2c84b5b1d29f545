package io.sojourn.admin.events;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.scan.Reply;
import io.sojourn.redis.RedisStore;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events that the nodes of an application publish with {@link EventPublisher}. Thread-safe; every method blocks, and throws
 * {@link StoreUnavailableException} if Redis is out of reach, too slow, or refuses the command: the Redis user needs
 * {@code +xrange +xrevrange}.
 */
public final class EventStream {

    /** The most events of one answer: {@value}. */
    public static final int MAX_SIZE = 1_000;

    /** Before every entry. */
    public static final String BEGINNING = "0-0";

    private static final Pattern POSITION = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");

    /** The longest text of an entry that is read; Sojourn writes none that is longer. */
    private static final int LONGEST = 1_100;

    /** Cuts what another program may have written, so that no answer is large. */
    private static final String SCRIPT = """
            local entries = redis.call(ARGV[1], KEYS[1], ARGV[2], ARGV[3], 'COUNT', ARGV[4])
            for i, entry in ipairs(entries) do
              for j = 1, math.min(#entry[2], 12) do
                entry[2][j] = string.sub(entry[2][j], 1, tonumber(ARGV[5]))
              end
              for j = #entry[2], 13, -1 do
                table.remove(entry[2], j)
              end
            end
            return entries
            """;

    private final RedisStore redis;
    private final String key;

    /** The events of the application whose sessions lie in this store. Closing it stays with the caller. */
    public EventStream(RedisStore redis) {
        this.redis = redis;
        this.key = key(redis);
    }

    static String key(RedisStore redis) {
        return redis.prefix() + ":@events";
    }

    /** The position before all events from this moment on, by the clock of Redis. */
    public static String positionOf(Instant at) {
        return Math.max(0, at.toEpochMilli()) + "-0";
    }

    /** Whether events can be read: the Redis user has the rights, and no other program has stored something else under the key. */
    public boolean isReadable() {
        try {
            List<SharedEvent> unused = last(1);
            return true;
        } catch (StoreUnavailableException e) {
            if (Reply.isMissingRight(e) || String.valueOf(e.getMessage()).contains("WRONGTYPE")) {
                return false;
            }
            throw e;
        }
    }

    /**
     * The last events, the oldest first.
     *
     * @param size how many at most, from 1 to {@link #MAX_SIZE}
     */
    public List<SharedEvent> last(int size) {
        return last("+", size);
    }

    private List<SharedEvent> last(String from, int size) {
        List<SharedEvent> found = new ArrayList<>(events("XREVRANGE", from, "-", size));
        Collections.reverse(found);
        return found;
    }

    /**
     * The events that follow a position, the oldest first. If there are none, the list is empty: ask again later with the same position.
     *
     * @param position {@link SharedEvent#position} of the last event that was seen, {@link #positionOf} a moment, or {@link #BEGINNING}
     * @param size how many at most, from 1 to {@link #MAX_SIZE}
     * @throws IllegalArgumentException if it is no position
     */
    public List<SharedEvent> after(String position, int size) {
        if (!isPosition(position)) {
            throw new IllegalArgumentException("This is no position in the stream of events");
        }
        return events("XRANGE", "(" + position, "+", size);
    }

    /** The events of one session that are still in the stream, the oldest first. Reads the whole stream, in pages of 1,000. */
    public List<SharedEvent> of(SessionId id) {
        List<SharedEvent> found = new ArrayList<>();
        String position = BEGINNING;
        List<SharedEvent> page;
        int pages = 2 * EventPublisher.MAX_ENTRIES / MAX_SIZE; // Events may come faster than they are read.
        do {
            page = after(position, MAX_SIZE);
            for (SharedEvent event : page) {
                position = event.position();
                if (event.session().equals(Optional.of(id))) {
                    found.add(event);
                }
            }
        } while (page.size() == MAX_SIZE && --pages > 0);
        return found;
    }

    /** Redis refuses a number of more than 64 bits. */
    private static boolean isPosition(String text) {
        return POSITION.matcher(text).matches()
                && Arrays.stream(text.split("-", -1)).allMatch(part -> new BigInteger(part).bitLength() <= Long.SIZE);
    }

    private List<SharedEvent> events(String command, String from, String to, int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size must be from 1 to " + MAX_SIZE + ", not " + size);
        }
        List<@Nullable Object> reply = Reply.required(
                command,
                Reply.await(
                        redis.master(key).call("EVAL", SCRIPT, "1", key, command, from, to, "" + size, "" + LONGEST)));
        return reply.stream().map(EventStream::event).toList();
    }

    /** What others may have written there reads as an event without a name. */
    private static SharedEvent event(@Nullable Object entry) {
        List<@Nullable Object> parts = Reply.list(entry);
        String position = Reply.text(Reply.at(parts, 0));
        List<@Nullable Object> fields = Reply.list(Reply.at(parts, 1));
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            texts.put(Reply.text(fields.get(i)), Reply.text(fields.get(i + 1)));
        }
        return new SharedEvent(
                position,
                Instant.ofEpochMilli(Reply.number(position.split("-", 2)[0], 0)),
                texts.getOrDefault("n", ""),
                texts.getOrDefault("e", ""),
                SessionId.parse(texts.getOrDefault("s", "")),
                text(texts, "p"),
                text(texts, "d"),
                Math.max(1, Reply.number(texts.getOrDefault("c", "1"), 1)));
    }

    private static Optional<String> text(Map<String, String> texts, String field) {
        return Optional.ofNullable(texts.get(field)).filter(text -> !text.isEmpty());
    }
}
