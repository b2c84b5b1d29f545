package io.sojourn.ring;

import clojure.lang.Util;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Limits how much comparing the keys of one text may cost. Clojure compares each key of a map or set with all others of the same
 * hash, and each key of an array map with all others. A visitor who knows strings of one hash, and whose form an application
 * keeps in the session, would make each later read take seconds. The writer counts as the reader does, so that nothing is stored
 * that would not be read.
 */
public final class KeyCost {

    /** How many comparisons of short keys are allowed: those of 3,000 keys of one hash. */
    static final long MAX_STEPS = 5_000_000;

    /** So many keys are compared quickly, whatever they are; most maps have no more, and are not looked at. */
    private static final int FEW = 16;

    private long steps;

    /** Counts the keys of a hash map or hash set. */
    public Keys ofHashes() {
        return new Keys(Util::hasheq);
    }

    /** Counts the keys of an array map, which are all compared with each other. */
    public Keys ofArray() {
        return new Keys(key -> 0);
    }

    /** The keys of one map or set. */
    public final class Keys {

        private final ToIntFunction<@Nullable Object> hash;
        private final Map<Integer, Integer> byHash = new HashMap<>(0);
        private int count;

        private Keys(ToIntFunction<@Nullable Object> hash) {
            this.hash = hash;
        }

        /** Counts a key that takes so many characters, and tells whether all keys so far are within the limit. */
        public boolean add(@Nullable Object key, long length) {
            if (++count > FEW) {
                // A comparison may look at all of a key: at some eight characters in the time of one step.
                steps += (byHash.merge(hash.applyAsInt(key), 1, Integer::sum) - 1) * (1 + length / 8);
            }
            return steps <= MAX_STEPS;
        }
    }
}
