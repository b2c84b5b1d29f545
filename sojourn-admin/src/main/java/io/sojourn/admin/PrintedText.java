package io.sojourn.admin;

import io.sojourn.SessionInfo;
import io.sojourn.log.Printable;
import java.util.Map;
import java.util.stream.Collectors;

/** How names that users may have typed are printed: control characters and marks of direction escaped, long ones cut. */
final class PrintedText {

    private static final int MOST_ENTRIES = 20;

    private PrintedText() {}

    static String name(String name) {
        return Printable.quoted(name);
    }

    static String line(String message) {
        return Printable.line(message);
    }

    static String of(Map<String, String> texts) {
        return texts.entrySet().stream()
                .limit(MOST_ENTRIES)
                .map(entry -> name(entry.getKey()) + "=" + name(entry.getValue()))
                .collect(Collectors.joining(", ", "{", texts.size() > MOST_ENTRIES ? ", …}" : "}"));
    }

    static String of(SessionInfo info) {
        return info.id()
                + info.principal().map(principal -> " " + name(principal)).orElse(" nobody is signed in")
                + " created " + info.createdAt() + " used " + info.lastAccessedAt() + " labels " + of(info.labels());
    }
}
