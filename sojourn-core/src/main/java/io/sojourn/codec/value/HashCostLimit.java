package io.sojourn.codec.value;

import io.sojourn.codec.allow.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits how much hashing and comparing the keys of one value may cost. A set or map compares each key with all others of the
 * same hash, and hashes a set in a set in a set once for each level. An attacker who writes such keys to the store makes a read
 * of some 100 KB last minutes. The writer counts as the reader does, so that the codec takes no value that it would not read.
 *
 * <p>Each value has a weight: how many steps it takes at most to compare it with another one. That of a list or an object is the
 * sum of those in it. A map or set that is itself a key looks up each of its keys in the other one, and meets there all keys of
 * the same hash: so the weight of each key counts as often as there are keys of its hash.
 *
 * <p>The limit grows with the bytes of the value, so that all values of a session together take time linear in their bytes.
 *
 * <p>Keys that the JDK orders by {@code compareTo} (strings, numbers, UUIDs), and enums, need no limit: a hash table keeps keys
 * of one hash in a tree.
 */
public final class HashCostLimit {

    /** How many steps are allowed, in a value of any size: some tenths of a second of work. */
    static final long MAX_STEPS = 10_000_000;

    /** How many are allowed in the shortest value: those of 350 short lists of one hash. */
    static final long MIN_STEPS = 200_000;

    /** How many more for each byte. */
    static final long STEPS_FOR_BYTE = 50;

    /** So many characters are compared in one step. */
    private static final int CHARACTERS = 64;

    private final long limit;
    private long steps;
    private long weight;
    private int keys;

    private HashCostLimit(long limit) {
        this.limit = limit;
    }

    /** For a value that is read from so many bytes. */
    public static HashCostLimit ofBytes(long bytes) {
        return new HashCostLimit(Math.min(MAX_STEPS, MIN_STEPS + STEPS_FOR_BYTE * bytes));
    }

    /** For a value whose bytes are not known yet; see {@link #check}. */
    public static HashCostLimit ofWriting() {
        return new HashCostLimit(MAX_STEPS);
    }

    /** Throws a {@link Refusal} if the value, which is now written in so many bytes, could not be read. */
    public void check(long bytes) {
        ofBytes(bytes).spend(steps);
    }

    /** Counts one value, which is hashed once for each set or map of which it is in a key. */
    public void count() {
        weight += Math.max(1, keys);
        if (keys > 0) {
            spend(keys);
        }
    }

    /** Counts a string, which takes longer to compare if it is long. */
    public void countText(String text) {
        weight += text.length() / CHARACTERS;
    }

    /** What all values so far weigh. */
    public long weight() {
        return weight;
    }

    /** Notes that a key begins. */
    public void enterKey() {
        keys++;
    }

    /** Notes that a key ends. */
    public void leaveKey() {
        keys--;
    }

    /** Whether what comes next is a key, or lies in one. */
    public boolean isInKey() {
        return keys > 0;
    }

    /** Counts steps, and throws a {@link Refusal} beyond the limit. */
    public void spend(long more) {
        steps += more;
        if (steps > limit) {
            throw new Refusal(
                    "A set or map",
                    "takes too long to read: too many of its keys have the same hashCode, or its sets lie too deep in one"
                            + " another, or maps and sets are keys of keys, or it is a CopyOnWriteArraySet of thousands; store a"
                            + " list instead.");
        }
    }

    /** Counts a collection that compares each element with each other. {@code before} was {@link #weight} before its elements. */
    public void countPairs(long elements, long before) {
        if (elements > 1) {
            long all = elements * (weight - before);
            spend(all / 8); // One look at each is far shorter than the hashing of a key.
            weight += all;
        }
    }

    /** The keys of one set or map. */
    public final class Keys {

        /** For each hash: how many keys have it, and what they weigh all together. */
        private final Map<Integer, long[]> byHash = new HashMap<>();

        /** Counts a key, unless its class is one that a hash table orders. */
        public void add(@Nullable Object key, long weightOfKey) {
            if (key != null && CanonicalOrder.orderedClass(key) == null) {
                addUnordered(key, weightOfKey);
            }
        }

        /** Counts a key of a table that orders none. */
        public void addUnordered(Object key, long weightOfKey) {
            long[] group = byHash.computeIfAbsent(key.hashCode(), hash -> new long[2]);
            // With each other key of the group once, and a comparison may look at all that both are made of.
            long before = group[0] > 1 ? group[0] * group[1] : 0;
            group[0]++;
            group[1] += weightOfKey;
            if (group[0] > 1) {
                long more = group[0] * group[1] - before;
                spend(more / 2);
                weight += more;
            }
        }
    }
}
