package io.sojourn.admin.doctor;

import io.sojourn.SessionId;
import io.sojourn.admin.scan.Reply;
import io.sojourn.redis.RedisNode;
import io.sojourn.spi.IndexKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads the members of one index page by page, and remembers which of them are gone. */
final class IndexMembers {

    /** The bounds of the scores of bindings, see docs/format.md. */
    private static final String BOUND = "-7.5e15";

    private static final String ENDS = "-6e15";

    /** @param of the index that names the session */
    record Member(IndexMembers of, SessionId id) {}

    private final String key;
    private final IndexKey index;
    private final Set<SessionId> gone = new LinkedHashSet<>();
    private long looked;
    private String from = BOUND;
    private int atFrom; // How many members with this very score were looked at.
    private boolean hasMore = true;

    IndexMembers(String key, IndexKey index) {
        this.key = key;
        this.index = index;
    }

    String key() {
        return key;
    }

    IndexKey index() {
        return index;
    }

    /** Whether there may be a page after those that were read. */
    boolean hasMore() {
        return hasMore;
    }

    /** Asks for the next page. */
    CompletionStage<List<@Nullable Object>> ask(RedisNode node, int size) {
        return node.call("ZRANGEBYSCORE", key, from, "(" + ENDS, "WITHSCORES", "LIMIT", "" + atFrom, "" + size);
    }

    /** The sessions that a page names. A page that was refused is the last. */
    List<Member> read(List<@Nullable Object> page, int size) {
        List<Member> members = new ArrayList<>();
        if (Reply.error(page) != null) {
            hasMore = false;
            return members;
        }
        for (Object each : page) {
            List<@Nullable Object> entry = Reply.list(each);
            String score = Reply.text(Reply.at(entry, 1));
            atFrom = score.equals(from) ? atFrom + 1 : 1;
            from = score;
            String member = Reply.text(Reply.at(entry, 0));
            if (member.startsWith("+")) {
                SessionId.parse(member.substring(1)).ifPresent(id -> members.add(new Member(this, id)));
            }
        }
        hasMore = page.size() == size;
        looked += members.size();
        return members;
    }

    void addGone(SessionId id) {
        gone.add(id);
    }

    List<SessionId> gone() {
        return List.copyOf(gone);
    }

    /** Whether most of at least so many members are gone. */
    boolean isStale(int atLeast) {
        return gone.size() >= atLeast && 2L * gone.size() > looked;
    }
}
