package io.sojourn.spi.text;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings as descriptors and environments have them: texts under names. Each is read by what it is for, with one of the
 * functions of {@link SettingReader}, and an error names the setting as its author wrote it. A blank text is as if it were
 * not there. Immutable.
 */
public final class TextSettings {

    /** A name with one wrong letter in so many is taken for a misspelled one. */
    private static final int LETTERS_PER_SLIP = 3;

    /** The letters of a longer name are not compared, because the work grows with the square of its length. */
    private static final int LONGEST_NAME = 100;

    /**
     * One setting.
     *
     * @param name what it sets, {@code idleTimeout}
     * @param text to what
     * @param spelling how its author knows it, {@code the init parameter idleTimeout}: messages begin with it
     */
    public record Setting(String name, String text, String spelling) {

        /** Shows no text, since some are secret. */
        @Override
        public String toString() {
            return spelling;
        }
    }

    private static final class Refused extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        Refused(String message, RuntimeException cause) {
            super(message, cause);
        }
    }

    private final Map<String, Setting> settings = new TreeMap<>();
    private final Set<String> blank = new TreeSet<>();

    /** Collects the names that are asked for; null unless that is what this object is for. */
    private @Nullable Set<String> asked;

    private TextSettings(Collection<Setting> all) {
        for (Setting setting : all) {
            if (!setting.text().isBlank()) {
                settings.putIfAbsent(setting.name(), setting);
            } else {
                blank.add(setting.name());
            }
        }
        blank.removeAll(settings.keySet());
    }

    /** These settings; of several with one name the first. */
    public static TextSettings of(Collection<Setting> settings) {
        return new TextSettings(settings);
    }

    /** Texts by name, where errors are to say just the name. */
    public static TextSettings of(Map<String, String> texts) {
        return new TextSettings(texts.entrySet().stream()
                .map(entry -> new Setting(entry.getKey(), entry.getValue(), entry.getKey()))
                .toList());
    }

    /** The names of all settings that a reader asks for when there are none: so each is written down once, where it is read. */
    public static Set<String> namesAskedFor(Consumer<TextSettings> reader) {
        TextSettings none = new TextSettings(List.of());
        Set<String> asked = new TreeSet<>();
        none.asked = asked;
        reader.accept(none);
        return asked;
    }

    private @Nullable Setting setting(String name) {
        if (asked != null) {
            asked.add(name);
        }
        return settings.get(name);
    }

    /** Whether there is such a setting. */
    public boolean has(String name) {
        return setting(name) != null;
    }

    /**
     * Whether there is such a setting, but nothing in it. It counts as not there, but for those who must not do without,
     * such as who is to encrypt: the variable that it was made from may have been missing.
     */
    public boolean isBlank(String name) {
        return blank.contains(name);
    }

    /**
     * What a setting says, if it is there.
     *
     * @throws IllegalArgumentException if the reading does; the message begins with the setting as its author knows it
     */
    public <T> Optional<T> read(String name, Function<String, T> reading) {
        @Nullable Setting setting = setting(name);
        return setting == null ? Optional.empty() : Optional.of(read(setting, reading));
    }

    /** Hands what a setting says to a setter, if it is there; what either of them refuses is refused as by {@link #read}. */
    public <T> void use(String name, Function<String, T> reading, Consumer<? super T> setter) {
        @Nullable Setting setting = setting(name);
        if (setting != null) {
            T value = read(setting, reading);
            read(setting, text -> accept(setter, value));
        }
    }

    private static <T> boolean accept(Consumer<? super T> setter, T value) {
        setter.accept(value);
        return true;
    }

    private static <T> T read(Setting setting, Function<String, T> reading) {
        try {
            return reading.apply(setting.text().strip());
        } catch (Refused e) {
            throw e; // It names another setting, which this one led to.
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new Refused(setting.spelling() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Refuses a setting that nobody knows, which is most likely one whose name is misspelled.
     *
     * @throws IllegalArgumentException if there is one; the message has all names that are known, the nearest first
     */
    public void refuseOthersThan(Set<String> known) {
        for (Setting setting : settings.values()) {
            if (!known.contains(setting.name())) {
                throw new IllegalArgumentException(setting.spelling() + " is not known."
                        + nearest(setting.name(), known)
                                .map(name -> " Did you mean " + name + "?")
                                .orElse("")
                        + " There are " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /** The known name that somebody is likely to have meant, if there is one. */
    public static Optional<String> nearest(String name, Set<String> known) {
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

    /** The settings as their authors know them, without what they say. */
    @Override
    public String toString() {
        return settings.values().toString();
    }
}
