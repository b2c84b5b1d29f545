package io.sojourn.spi.text;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the known name that is closest to a misspelled one. */
final class Spelling {

    private static final int LETTERS_PER_SLIP = 3;
    private static final int LONGEST_NAME = 100;

    private Spelling() {}

    static Optional<String> nearest(String name, Set<String> known) {
        if (name.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        String nearest = null;
        int fewest = Math.max(2, name.length() / LETTERS_PER_SLIP) + 1;
        for (String candidate : new TreeSet<>(known)) {
            int slips = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (slips < fewest && slips < candidate.length()) {
                fewest = slips;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** How many letters must be put in, left out or exchanged (Levenshtein), row by row. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int exchanged = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(exchanged, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
