package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The workflows of GitHub have read-only rights, and pin actions and images by digest. */
class WorkflowsTest {

    static List<String> workflows() throws IOException {
        try (Stream<Path> files = Files.list(Page.PROJECT.resolve(".github/workflows"))) {
            return files.map(file -> Page.PROJECT.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void mayOnlyReadAndTakesWhatIsPinned(String workflow) {
        Page page = Page.named(workflow);
        Map<String, Object> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(page.text());
        assertThat(read.get("permissions")).isEqualTo(Map.of("contents", "read"));
        List<String> lines = page.lines().stream().map(String::strip).toList();
        assertThat(lines.stream().filter(line -> line.contains("uses:")))
                .isNotEmpty()
                .allMatch(line -> line.matches("(- )?uses: [\\w./-]+@[0-9a-f]{40} # v[\\d.]+"));
        assertThat(lines.stream().filter(line -> line.matches("(container|image):.*")))
                .allMatch(line -> line.matches(".*@sha256:[0-9a-f]{64}"));
        assertThat(lines.stream().filter(line -> line.contains("actions/checkout@")))
                .hasSize((int) lines.stream()
                        .filter("persist-credentials: false"::equals)
                        .count());
        assertThat(page.text()).doesNotContain("secrets.", "pull_request_target", "write-all");
    }

    /** As docs/releasing.md says: what is tried comes before what cannot be taken back, and no tag or push starts it. */
    @Test
    void releaseIsCheckedAndTriedBeforeAnythingIsPublished() {
        Map<?, ?> workflow = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Page.named(".github/workflows/release.yml").text());
        // YAML 1.1 reads "on" as true.
        assertThat(below(workflow, true).keySet().toString()).isEqualTo("[workflow_dispatch]");
        Map<?, ?> jobs = below(workflow, "jobs");
        assertThat(jobs.keySet().toString()).isEqualTo("[check, dry-run]");
        assertThat(below(jobs, "dry-run").get("needs")).isEqualTo("check");
        assertThat(Page.named(".github/workflows/release.yml").text())
                .contains("run: JAVA_HOME_25=$JAVA_HOME .ci/run\n", "run: ./release --dry-run \"$VERSION\" --try\n");
        assertThat(Page.named("docs/releasing.md").text())
                .containsSubsequence(
                        "./check --full",
                        "./release --dry-run VERSION --try",
                        "gh workflow run release.yml",
                        "./release --sign VERSION",
                        "./release --check",
                        "Upload the bundle",
                        "git tag --sign",
                        "Publish [the documentation");
    }

    /** GitHub's advice: what is pinned is kept up to date by pull requests. */
    @Test
    void pinnedActionsPackagesAndLibrariesGetPullRequestsForNewerVersions() {
        Map<?, ?> read = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Page.named(".github/dependabot.yml").text());
        assertThat((List<?>) Objects.requireNonNull(read.get("updates")))
                .extracting(update ->
                        ((Map<?, ?>) update).get("package-ecosystem") + " in " + ((Map<?, ?>) update).get("directory"))
                .containsExactlyInAnyOrder("github-actions in /", "npm in /site", "maven in /");
    }

    private static Map<?, ?> below(Map<?, ?> map, Object key) {
        return (Map<?, ?>) Objects.requireNonNull(map.get(key));
    }
}
