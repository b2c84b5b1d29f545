package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.console.ConsoleAction;
import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.RevocationCause;
import io.sojourn.observe.SessionObserver;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} has the events of the code, and no others. */
class EventsPageTest {

    private static final String OBSERVE = "sojourn-core/src/main/java/io/sojourn/observe/";

    /** The cells of the rows below a heading, by the first one. */
    private static Map<String, String[]> rows(String heading, String first) {
        String page = Page.named("docs/events.md").text();
        String section = page.substring(page.indexOf("\n## " + heading) + 3);
        int end = section.indexOf("\n## ");
        Map<String, String[]> rows = new TreeMap<>();
        Pattern.compile("(?m)^\\| `(" + first + ")` \\| (.*) ?\\|$")
                .matcher(end < 0 ? section : section.substring(0, end))
                .results()
                .forEach(row -> rows.put(row.group(1), row.group(2).split("\\|", -1)));
        return rows;
    }

    private static Set<String> overridden(Class<?> observer) {
        return Stream.of(observer.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void pageHasEachMethodOfTheObserverAndWhoLogsIt() throws ClassNotFoundException {
        Map<String, String[]> rows = rows("Session observer", "\\w+");
        assertThat(rows.keySet()).isEqualTo(overridden(SessionObserver.class));
        Set<String> logged = new TreeSet<>();
        Set<String> audited = new TreeSet<>();
        rows.forEach((method, cells) -> {
            if (cells[1].strip().equals("warning")) {
                logged.add(method);
            }
            if (!cells[2].strip().equals("–")) {
                audited.add(method);
            }
        });
        assertThat(logged).isEqualTo(overridden(Class.forName("io.sojourn.observe.LoggingObserver")));
        assertThat(audited).isEqualTo(overridden(AuditObserver.class));
    }

    @Test
    void pageHasEachEventOfTheAuditLogWithItsLevel() {
        Map<String, String> written = new TreeMap<>();
        Pattern.compile("Level\\.(INFO|WARNING), \"(?:event=)?([a-z-]+)")
                .matcher(Page.named(OBSERVE + "AuditObserver.java").text())
                .results()
                .forEach(it -> written.put(it.group(2), it.group(1).toLowerCase(Locale.ROOT)));
        assertThat(written).hasSizeGreaterThan(10);
        Map<String, String[]> rows = rows("Audit log", "(?!console-)[a-z-]+");
        Map<String, String> documented = new TreeMap<>();
        rows.forEach((event, cells) -> documented.put(event, cells[0].strip()));
        assertThat(documented).isEqualTo(written);
        assertThat(Objects.requireNonNull(rows.get("revoked"))[2])
                .contains(Stream.of(RevocationCause.values())
                        .map(cause -> "`" + cause + "`")
                        .toList());
        Set<String> ofTheObserver = new TreeSet<>();
        rows("Session observer", "\\w+").values().forEach(cells -> ofTheObserver.add(cells[2].replaceAll("[` ]", "")));
        ofTheObserver.remove("–");
        assertThat(ofTheObserver).isEqualTo(written.keySet());
    }

    @Test
    void pageHasEachActionOfTheConsole() {
        Set<String> actions = new TreeSet<>(Set.of("console-forged-request"));
        for (ConsoleAction.Kind kind : ConsoleAction.Kind.values()) {
            actions.add("console-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        assertThat(rows("Audit log", "console-[a-z-]+").keySet()).isEqualTo(actions);
    }

    @Test
    void pageHasEachEventThatIsPublishedForSpring() {
        Set<String> published = new TreeSet<>();
        Pattern.compile("new (Session\\w+Event)\\(")
                .matcher(Page.named("sojourn-spring/src/main/java/io/sojourn/spring/session/SessionEvents.java")
                        .text())
                .results()
                .forEach(it -> published.add(it.group(1)));
        assertThat(published).hasSize(4);
        assertThat(rows("Spring events", "\\w+").keySet()).isEqualTo(published);
    }
}
