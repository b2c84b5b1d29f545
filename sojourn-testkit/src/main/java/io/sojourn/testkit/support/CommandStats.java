package io.sojourn.testkit.support;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts of commands by name: the server's, less those that the one who counts has sent itself. */
public final class CommandStats {

    // The server counts a command when it is done with it, so this one is not yet in the text that it gave.
    private static final String ASKING = "info|commandstats";

    private static final Pattern LINE = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

    /** By command and first argument, because only the server knows whether the two together are a command. */
    private final Map<String, Long> own = new TreeMap<>();

    public void sent(String command, String firstArgument) {
        own.merge((command + "|" + firstArgument).toLowerCase(Locale.ROOT), 1L, Long::sum);
    }

    public void forget() {
        own.clear();
    }

    /** Calls by command from the text of {@code INFO commandstats}, just asked for, without own calls, and without those that were 0. */
    public Map<String, Long> others(String info) {
        Map<String, Long> calls = new TreeMap<>();
        Matcher line = LINE.matcher(info);
        while (line.find()) {
            calls.put(line.group(1), Long.valueOf(line.group(2)));
        }
        own.forEach((sent, count) -> {
            // Redis 7 counts CONFIG RESETSTAT as config|resetstat, Redis 6 as config.
            String name = calls.containsKey(sent) ? sent : sent.substring(0, sent.indexOf('|'));
            long counted = sent.equals(ASKING) ? count - 1 : count;
            calls.computeIfPresent(name, (key, all) -> Math.max(0, all - counted));
        });
        calls.values().removeIf(count -> count == 0);
        return calls;
    }
}
