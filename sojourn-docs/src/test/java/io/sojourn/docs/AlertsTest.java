package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code docs/alerts/sojourn.yml}: Prometheus takes it, each alert fires when it should, and each has a runbook. */
class AlertsTest {

    private static final Path ALERTS = Page.PROJECT.resolve("docs/alerts/sojourn.yml");
    private static final String RUNBOOKS = "https://sojourn.io/runbooks/";

    /** A rule of the file, with the runbook's name. */
    private record Alert(String name, String severity, Map<String, Object> annotations) {

        String runbook() {
            String url = at(annotations, "runbook_url");
            assertThat(url).startsWith(RUNBOOKS);
            return url.substring(RUNBOOKS.length());
        }

        String row() {
            return name + " " + severity + " " + runbook();
        }
    }

    /** What the caller expects at this key. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T at(Map<String, Object> map, String key) {
        return (T) Objects.requireNonNull(map.get(key), key);
    }

    private static List<Alert> alerts() throws IOException {
        Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(ALERTS));
        List<Map<String, Object>> groups = at(file, "groups");
        return groups.stream()
                .flatMap(group -> AlertsTest.<List<Map<String, Object>>>at(group, "rules").stream())
                .map(rule -> new Alert(
                        at(rule, "alert"), at(at(rule, "labels"), "severity"), AlertsTest.at(rule, "annotations")))
                .toList();
    }

    private static Set<String> names() throws IOException {
        return alerts().stream().map(Alert::name).collect(Collectors.toSet());
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void eachAlertSaysHowBadItIsAndWhatToDo() throws IOException {
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.severity()).isIn("critical", "warning");
            assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
            assertThat(Page.PROJECT.resolve("docs/runbooks/" + alert.runbook() + ".md"))
                    .isRegularFile();
        });
    }

    @Test
    void thePagesListTheAlertsThatThereAreWithTheirSeverityAndRunbook() throws IOException {
        Set<String> rows = alerts().stream().map(Alert::row).collect(Collectors.toSet());
        String operations = Files.readString(Page.PROJECT.resolve("docs/operations.md"));
        Set<String> listed = Pattern.compile(
                        "(?m)^\\| `(Session\\w+)` \\| (\\w+) \\|.*\\(runbooks/([a-z-]+)\\.md\\) \\|$")
                .matcher(operations)
                .results()
                .map(AlertsTest::groups)
                .collect(Collectors.toSet());
        assertThat(listed).isEqualTo(rows);
        String runbooks = Files.readString(Page.PROJECT.resolve("docs/runbooks/README.md"));
        assertThat(found("`(Session[A-Z]\\w+|Sessions[A-Z]\\w+)`", runbooks)).isEqualTo(names());
    }

    private static String groups(MatchResult match) {
        return match.group(1) + " " + match.group(2) + " " + match.group(3);
    }

    @Test
    void everyRunbookIsListed() throws IOException {
        String list = Files.readString(Page.PROJECT.resolve("docs/runbooks/README.md"));
        try (Stream<Path> files = Files.list(Page.PROJECT.resolve("docs/runbooks"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .hasSizeGreaterThan(7)
                    .allSatisfy(name -> assertThat(list).contains("(" + name + ")"));
        }
    }

    private static Optional<Path> promtool() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Test
    void inPrometheusEachAlertFiresWhenItShouldAndNotBefore(@TempDir Path folder) throws Exception {
        Optional<Path> promtool = promtool();
        assumeTrue(promtool.isPresent(), "Left out: promtool is not on the path");
        Files.copy(ALERTS, folder.resolve("sojourn.yml"));
        Path tests = folder.resolve("alerts.test.yml");
        Files.copy(Path.of("src/test/resources/io/sojourn/docs/alerts.test.yml"), tests);
        Process run = new ProcessBuilder(promtool.get().toString(), "test", "rules", tests.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(said).isZero();
        String scenarios = Files.readString(tests);
        assertThat(found("alertname: (\\w+)", scenarios)).isEqualTo(names());
    }
}
