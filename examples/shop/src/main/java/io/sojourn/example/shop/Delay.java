package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a request dawdle between reading its session and saving it, by the query parameter {@code delayMs}, so that races
 * can be made by hand.
 */
record Delay(Duration length) {

    /** The longest: 5 s. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    // Not by getParameter(), which would take the body of a request for a form when curl says that it is one.
    private static final Pattern PARAMETER = Pattern.compile("(?:^|&)delayMs=([^&]*)");

    /**
     * What the request asks for; none without the parameter.
     *
     * @throws RefusedException if it is not a number from 0 to 5000
     */
    static Delay of(HttpServletRequest request) {
        String query = request.getQueryString();
        Matcher parameter = PARAMETER.matcher(query == null ? "" : query);
        if (!parameter.find()) {
            return new Delay(Duration.ZERO);
        }
        String text = parameter.group(1);
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > LONGEST.toMillis()) {
            throw new RefusedException(400, "delayMs must be a whole number from 0 to " + LONGEST.toMillis());
        }
        return new Delay(Duration.ofMillis(Integer.parseInt(text)));
    }

    void await() {
        try {
            Thread.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the node stops", e);
        }
    }
}
