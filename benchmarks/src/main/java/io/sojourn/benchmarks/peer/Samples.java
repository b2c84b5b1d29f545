package io.sojourn.benchmarks.peer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What the sessions hold. The same values for every system, in every run. */
public final class Samples {

    /** The attribute that a request changes. */
    public static final String CHANGED = "lastPage";

    private static final String EMAIL = "ada.lovelace@example.org";

    private static final Random RANDOM = new Random(1815);

    /** Ten attributes, about 1 KB: seven strings, a list of three strings, a {@code Long} and an {@code Instant}. */
    public static final Map<String, Object> TEN = ten();

    /** Three attributes, as a sign-in leaves them. */
    public static final Map<String, Object> THREE = three();

    /** The ten and four texts of 25 KB. */
    public static final Map<String, Object> LARGE = large();

    private Samples() {}

    /** A value for {@link #CHANGED} that differs from call to call. */
    public static String page(long number) {
        return "/shop/department/outdoor/article/" + (1_000_000 + number % 1_000_000);
    }

    /** Whom sessions belong to. */
    public static String principal(int number) {
        return "reader-" + number + "@example.org";
    }

    private static Map<String, Object> ten() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", "Augusta Ada King, Countess of Lovelace");
        all.put("email", EMAIL);
        all.put(
                "userAgent",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36");
        all.put("csrfToken", text(64));
        all.put("locale", "en-GB");
        all.put(CHANGED, page(0));
        all.put("note", text(460));
        // Not an immutable list: Spring's JSON cannot read those.
        all.put("cart", new ArrayList<>(List.of("tea " + text(36), "biscuits " + text(31), "lantern " + text(32))));
        all.put("customer", 8_151_210_1852L);
        all.put("signedInAt", Instant.parse("2026-11-23T10:15:30.123456Z"));
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, Object> three() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("email", EMAIL);
        all.put("locale", "en-GB");
        all.put("customer", 8_151_210_1852L);
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, Object> large() {
        Map<String, Object> all = new LinkedHashMap<>(TEN);
        for (int i = 1; i <= 4; i++) {
            all.put("document" + i, text(25_000));
        }
        return Collections.unmodifiableMap(all);
    }

    /** Words of letters, which compress about as well as language does. */
    private static String text(int length) {
        String[] words = {
            "the ", "engine ", "weaves ", "patterns ", "of ", "algebra ", "as ", "looms ", "do ", "flowers "
        };
        StringBuilder text = new StringBuilder(length + 10);
        while (text.length() < length) {
            text.append(RANDOM.nextInt(3) == 0 ? RANDOM.nextInt(1000) + " " : words[RANDOM.nextInt(words.length)]);
        }
        return text.substring(0, length);
    }
}
