package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.events.EventStream;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.log.Printable;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = {
            "Show events of all nodes as they come: sign-ins, ends with their causes, refused tokens. Ctrl-C ends it.",
            "Nodes publish events if they are set up with an EventPublisher."
        },
        mixinStandardHelpOptions = true)
final class WatchCommand extends AdminCommand {

    private static final int PAUSE_MILLIS = 500;
    private static final Duration LONGEST = Duration.ofDays(365);

    /** All events that a node of this version publishes; see docs/admin.md. */
    static final Set<String> EVENTS = Set.of(
            "conflict",
            "created",
            "ended",
            "expired-by-age",
            "limit-reached",
            "lost",
            "replaced-secret",
            "revoked",
            "rotated",
            "save-refused",
            "shown-after-end",
            "signed-in",
            "signed-out",
            "store-failed",
            "unknown-id",
            "unreadable",
            "unreadable-attribute",
            "wrong-secret");

    /** For the completion of the shell. */
    static final class EventNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return new TreeSet<>(EVENTS).iterator();
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Begin with the events of the last TIME, such as 10m (default: the last 10 events)")
    private @Nullable String since;

    @Option(names = "--for", paramLabel = "TIME", description = "End after this time, such as 30s (default: never)")
    private @Nullable String duration;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = EventNames.class,
            description = "Show these events only, such as signed-in,ended")
    private List<String> names = List.of();

    @Option(names = "--session", paramLabel = "ID", description = "Show events of this session only")
    private @Nullable String session;

    @Override
    void check() {
        SessionId unused = session == null ? null : id(session);
        Duration unusedTime = since == null ? Duration.ZERO : time("--since", since);
        Duration unusedLimit = duration == null ? Duration.ZERO : time("--for", duration);
        names.forEach(this::requireEvent);
    }

    private void requireEvent(String name) {
        if (!EVENTS.contains(name)) {
            throw misuse("No event is called " + Printable.quoted(name) + "."
                    + TextSettings.nearest(name, EVENTS)
                            .map(near -> " Did you mean " + near + "?")
                            .orElse("")
                    + " There are " + String.join(", ", new TreeSet<>(EVENTS)));
        }
    }

    private Duration time(String option, String text) {
        Duration time = SettingReader.duration(text);
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw misuse(option + " must be from 0 to 365d, not " + text);
        }
        return time;
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        EventStream events = admin.events();
        long start = System.nanoTime();
        Duration limit = duration == null ? null : time("--for", duration);
        List<SharedEvent> last = events.last(10);
        if (last.isEmpty()) {
            tell(
                    "No node has published an event. Nodes do so if they are set up with an EventPublisher; see docs/admin.md");
        }
        String position = EventStream.BEGINNING;
        if (since != null) {
            position = EventStream.positionOf(Instant.now().minus(time("--since", since)));
        } else {
            position = show(last, position, out);
        }
        boolean away = false;
        do {
            try {
                List<SharedEvent> more;
                do {
                    more = events.after(position, EventStream.MAX_SIZE);
                    position = show(more, position, out);
                } while (more.size() == EventStream.MAX_SIZE);
                if (away) {
                    tell("The store answers again");
                }
                away = false;
            } catch (StoreUnavailableException e) {
                if (!away) {
                    tell(e.getMessage() + "; trying again");
                }
                away = true;
            }
            // The output has an error if the program that reads it has ended, as in sojourn watch | head.
        } while (!spec.commandLine().getOut().checkError() && pause(start, limit));
        return 0;
    }

    /** Whether there is time left. */
    private static boolean pause(long start, @Nullable Duration limit) {
        Duration passed = Duration.ofNanos(System.nanoTime() - start);
        if (limit != null && passed.compareTo(limit) >= 0) {
            return false;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tell(String text) {
        PrintWriter err = spec.commandLine().getErr();
        new Output(err).line(text + ".");
        err.flush();
    }

    /** Gives the position after these events. */
    private String show(List<SharedEvent> events, String before, Output out) {
        String position = before;
        for (SharedEvent event : events) {
            position = event.position();
            if ((names.isEmpty() || names.contains(event.event()))
                    && (session == null || event.session().equals(Optional.of(id(session))))) {
                if (store.json) {
                    out.json(SessionFields.json(event));
                } else {
                    out.line(SessionFields.line(event));
                }
            }
        }
        spec.commandLine().getOut().flush();
        return position;
    }
}
