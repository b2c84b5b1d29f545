package io.sojourn.redis.script;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How ends that were told lie in a stream: see {@code share.lua} and {@code shared.lua}. */
public final class EndStream {

    private static final String ID = "id";
    private static final String CAUSE = "cause";
    private static final String NODE = "node";
    private static final String AT = "at";

    /** At about 100 bytes each, some 10 MB. */
    private static final String LENGTH = "100000";

    private EndStream() {}

    /** For {@link #share} at the first try. */
    public static final String FIRST = "";

    /** For {@link #share} if the answer to the last try was lost. */
    public static final String UNKNOWN = "?";

    /**
     * The arguments of {@code share.lua}.
     *
     * @param tried the entry that the last try has made, or {@link #FIRST}, or {@link #UNKNOWN}
     */
    public static byte[][] share(SessionId id, PastEnd end, String node, String tried) {
        return SessionHash.texts(
                Long.toString(SessionEnds.KEEP.toMillis()),
                LENGTH,
                tried,
                ID,
                id.toString(),
                CAUSE,
                end.cause(),
                NODE,
                node,
                AT,
                Long.toString(end.at().toEpochMilli()));
    }

    /** The entry that was made, by the answer. */
    public static String entry(Object reply) {
        return SessionHash.text((byte[]) reply);
    }

    /** A position is the id of an entry, and its number if that is known. */
    public static byte[][] shared(@Nullable String after, int count) {
        String position = after == null ? "" : after;
        int space = position.indexOf(' ');
        return SessionHash.texts(
                space < 0 ? position : position.substring(0, space),
                Integer.toString(count),
                space < 0 ? "" : position.substring(space + 1));
    }

    /** Leaves out what another program has written. */
    public static SharedEnds shared(Object reply) {
        List<?> answer = (List<?>) reply;
        List<SharedEnds.End> ends = new ArrayList<>(answer.size());
        for (Object entry : answer.subList(3, answer.size())) {
            Map<String, String> fields = fields((List<?>) entry);
            SessionId.parse(fields.getOrDefault(ID, ""))
                    .ifPresent(id -> ends.add(new SharedEnds.End(
                            id,
                            fields.getOrDefault(CAUSE, ""),
                            fields.getOrDefault(NODE, ""),
                            at(fields.getOrDefault(AT, "")))));
        }
        String number = SessionHash.text((byte[]) answer.get(1));
        String position = SessionHash.text((byte[]) answer.get(0)) + (number.isEmpty() ? "" : " " + number);
        return new SharedEnds(position, List.copyOf(ends), (Long) answer.get(2));
    }

    /** Null if it is none: another program has written it. */
    private static @Nullable Instant at(String millis) {
        return millis.matches("[0-9]{1,15}") ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
    }

    private static Map<String, String> fields(List<?> flat) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(SessionHash.text((byte[]) flat.get(i)), SessionHash.text((byte[]) flat.get(i + 1)));
        }
        return fields;
    }
}
