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
 * <p>Keys that the JDK orders by {@code compareTo} (strings, numbers, UUIDs), and enums, need no limit: a hash table keeps keys
 * of one hash in a tree.
 */
public final class HashCostLimit {

    /** How many steps are allowed: some tenths of a second of work; 2,500 short lists of one hash are under it. */
    static final long MAX_STEPS = 10_000_000;

    private long steps;

    /** Counts steps, and throws a {@link Refusal} beyond {@value #MAX_STEPS}. */
    public void spend(long more) {
        steps += more;
        if (steps > MAX_STEPS) {
            throw new Refusal(
                    "A set or map",
                    "takes too long to read: too many of its keys have the same hashCode, or its sets lie too deep in one"
                            + " another, or it is a CopyOnWriteArraySet of thousands; store a list instead.");
        }
    }

    /** Counts the pairs that are compared in a collection that compares each element with each other. */
    public void spendPairs(long elements) {
        spend(elements * (elements - 1) / 2);
    }

    /** The keys of one set or map. */
    public final class Keys {

        /** For each hash: how many keys have it, and of how many values they are made all together. */
        private final Map<Integer, long[]> byHash = new HashMap<>();

        /** Counts a key, unless its class is one that a hash table orders. */
        public void add(@Nullable Object key, long values) {
            if (key != null && CanonicalOrder.orderedClass(key) == null) {
                addUnordered(key, values);
            }
        }

        /** Counts a key of a table that orders none. */
        public void addUnordered(Object key, long values) {
            long[] group = byHash.computeIfAbsent(key.hashCode(), hash -> new long[2]);
            // With each other key of the group once, and a comparison may look at all that both are made of.
            long before = group[0] * group[1];
            group[0]++;
            group[1] += values;
            if (group[0] > 1) {
                spend((group[0] * group[1] - before) / 2);
            }
        }
    }
}
