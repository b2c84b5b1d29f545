package io.sojourn.ring;

import clojure.lang.Util;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits how much comparing the keys of one text may cost. Clojure compares each key of a map or set with all others of the same
 * hash, and each key of an array map with all others. A visitor who knows strings of one hash, and whose form an application
 * keeps in the session, would make each later read take seconds.
 *
 * <p>Each value has a weight: how many steps it takes at most to compare it with another one. A string or number has one, and one
 * more for each eight characters. That of a vector is the sum of those in it. A map or set that is itself a key looks up each of its
 * keys in the other one, and meets there all keys of the same hash: so the weight of each key counts as often as there are keys of
 * its hash.
 *
 * <p>The limit grows with the text, so that the work is linear in the length of all texts of a session.
 */
public final class KeyCost {

    /** How many steps are allowed in the shortest text: those of some 700 strings of one hash. */
    static final long MIN_STEPS = 1_000_000;

    /** How many more for each character. */
    static final long STEPS_FOR_CHARACTER = 10;

    /** So many steps of comparing the session's own keys are allowed. */
    private static final long STEPS_OF_SESSION = 5_000_000;

    /** Of so few keys the hashes are not looked at, if they are short: they are counted as if they were all the same. */
    private static final int FEW = 16;

    private static final long SHORT = 4 * FEW;

    /** Clojure makes array maps of so many keys, and of more only if it is told to. */
    static final int IN_ARRAY = 8;

    private final long limit;
    private long steps;
    private long weight;

    /** For a text of so many characters. */
    KeyCost(int characters) {
        this(MIN_STEPS + STEPS_FOR_CHARACTER * characters);
    }

    private KeyCost(long limit) {
        this.limit = limit;
    }

    /** What all values so far weigh. */
    long weight() {
        return weight;
    }

    /** Counts one value that takes so many characters and has no parts. */
    void value(long characters) {
        weight += 1 + characters / 8;
    }

    /** Adds weight to the values so far. */
    void weigh(long more) {
        weight += more;
    }

    /** Counts other work; throws a {@link TooCostlyException} beyond the limit. */
    void spend(long more) {
        steps += more;
        if (steps > limit) {
            throw new TooCostlyException("the keys of its maps and sets take too long to compare");
        }
    }

    /** Counts a decimal fraction of so many digits: Clojure divides it by ten for each zero at its end to find its hash. */
    void decimal(long digits) {
        if (digits > 40) {
            weight += digits * digits / 20;
        }
    }

    /** Counts the keys of a map or set, each with its weight, before it is made. */
    void keys(List<? extends @Nullable Object> elements, int step, List<Long> weights, boolean isArray) {
        long sum = 0;
        for (long one : weights) {
            sum += one;
        }
        int count = weights.size();
        if (isArray || (count <= FEW && sum <= SHORT)) {
            group(count, sum);
            return;
        }
        spend(sum);
        Map<Integer, long[]> byHash = new HashMap<>();
        for (int i = 0; i < count; i++) {
            long[] group = byHash.computeIfAbsent(Util.hasheq(elements.get(i * step)), hash -> new long[2]);
            group[0]++;
            group[1] += weights.get(i);
        }
        byHash.values().forEach(group -> group(group[0], group[1]));
    }

    /** Keys that are all compared with each other, and again when what they are keys of is compared. */
    private void group(long count, long sum) {
        if (count > 1) {
            spend((count - 1) * sum);
            weight += count * sum;
        }
    }

    /** Whether a session's own keys, by the texts of them, take not too long to compare. */
    public static boolean areQuick(Map<String, ? extends @Nullable Object> keys) {
        List<Long> weights = new ArrayList<>(keys.size());
        long limit = STEPS_OF_SESSION;
        for (Map.Entry<String, ? extends @Nullable Object> key : keys.entrySet()) {
            long weight = 1 + key.getKey().length() / 8L;
            weights.add(key.getValue() instanceof String ? weight : weight * weight);
            limit += weights.get(weights.size() - 1); // Those of other hashes cost nothing here.
        }
        try {
            new KeyCost(limit).keys(new ArrayList<>(keys.values()), 1, weights, false);
            return true;
        } catch (TooCostlyException e) {
            return false;
        }
    }
}
