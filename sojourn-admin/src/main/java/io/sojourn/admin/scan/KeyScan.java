package io.sojourn.admin.scan;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisNode;
import io.sojourn.redis.RedisStore;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the keys of all masters with {@code SCAN}, one master after the other. A key that is there all the while is met at least
 * once, unless a cluster that is being resharded moves it meanwhile to a master that was scanned before. Each batch is a short
 * command; between batches the rate limit makes it wait.
 */
public final class KeyScan {

    /** How many keys a server looks at in one command: too few for others to notice. */
    public static final int BATCH = 200;

    /**
     * What one {@code SCAN} has found.
     *
     * @param node the master that has the keys
     * @param next where to go on; null after the last batch of the last master
     */
    public record Batch(
            RedisNode node, List<String> keys, @Nullable ScanPlace next) {}

    /** What is said of a place on a server that is no master any more. */
    public static final String GONE =
            "The scan cannot go on where it stopped, because that server is no master any more, as"
                    + " after a failover; begin the scan again";

    private final RedisStore redis;
    private final RateLimit rate;
    private final LongConsumer progress;
    private final AtomicLong looked = new AtomicLong();

    /** @param progress is told how many keys and sessions were looked at since this was made */
    public KeyScan(RedisStore redis, RateLimit rate, LongConsumer progress) {
        this.redis = redis;
        this.rate = rate;
        this.progress = progress;
    }

    /** All masters, in the order in which they are scanned. */
    public List<RedisNode> masters() {
        return redis.masters().stream()
                .sorted(Comparator.comparing(RedisNode::name))
                .toList();
    }

    /** Waits until so many keys more may be looked at. */
    public void pace(int keys) {
        rate.take(keys);
        progress.accept(looked.addAndGet(keys));
    }

    /**
     * The next batch.
     *
     * @param place null for the first one
     * @param rest what the key is like after the prefix and its colon, in the pattern language of {@code SCAN}
     * @param count how many keys the server looks at, about
     * @throws StoreUnavailableException if the place is on a server that is no master any more
     */
    public Batch next(@Nullable ScanPlace place, String rest, int count) {
        List<RedisNode> masters = masters();
        int index = place == null ? 0 : indexOf(masters, place.server());
        String cursor = place == null ? "0" : place.cursor();
        RedisNode node = masters.get(index);
        pace(count);
        List<@Nullable Object> reply = Reply.required(
                "SCAN",
                Reply.await(
                        node.call("SCAN", cursor, "MATCH", literal(redis.prefix()) + ":" + rest, "COUNT", "" + count)));
        String following = Reply.text(Reply.at(reply, 0));
        List<String> keys =
                Reply.list(Reply.at(reply, 1)).stream().map(Reply::text).toList();
        return new Batch(node, keys, following(masters, index, following));
    }

    private static @Nullable ScanPlace following(List<RedisNode> masters, int index, String cursor) {
        if (!cursor.equals("0")) {
            return new ScanPlace(masters.get(index).name(), cursor);
        }
        return index + 1 < masters.size() ? new ScanPlace(masters.get(index + 1).name(), "0") : null;
    }

    private static int indexOf(List<RedisNode> masters, String server) {
        for (int i = 0; i < masters.size(); i++) {
            if (masters.get(i).name().equals(server)) {
                return i;
            }
        }
        throw new StoreUnavailableException(GONE, null);
    }

    /** A text that stands for itself in a pattern. */
    static String literal(String text) {
        return text.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
    }
}
