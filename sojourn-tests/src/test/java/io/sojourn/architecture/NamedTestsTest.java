package io.sojourn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of the documentation that lead from what they say to the tests of all modules that show it. */
class NamedTestsTest {

    private static final Path ROOT = Path.of("..");

    /** In Java a class, mostly with a method; in Clojure a name with dashes. */
    private static final Pattern IN_JAVA = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

    /** A further method of the class that was named before: a sentence, which no setting and no method of ours is. */
    private static final Pattern ALONE = Pattern.compile("`([a-z]+(?:[A-Z][a-z]*){5,})`");

    private static final Pattern IN_CLOJURE = Pattern.compile("`([a-z]+(?:-[a-z]+){4,})`");

    private static Map<String, String> sources(String ending) throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT);
                Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
            for (Path module : Stream.concat(modules, examples).toList()) {
                Path code = module.resolve("src");
                if (Files.isDirectory(code)) {
                    collect(code, ending, sources);
                }
            }
        }
        return sources;
    }

    /** Classes of one name in several modules count as one. */
    private static void collect(Path folder, String ending, Map<String, String> sources) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(it -> it.toString().endsWith(ending)).toList()) {
                String name = file.getFileName().toString();
                sources.merge(
                        name.substring(0, name.length() - ending.length()), Files.readString(file), String::concat);
            }
        }
    }

    private static List<MatchResult> named(String page, Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(ROOT.resolve("docs").resolve(page)))
                .results()
                .toList();
    }

    private static Stream<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void eachTestInJavaThatAPageNamesExists(String page) throws IOException {
        Map<String, String> sources = sources(".java");
        assertThat(named(page, IN_JAVA)).allSatisfy(name -> {
            String method = name.group(2);
            assertThat(sources).containsKey(name.group(1));
            assertThat(sources.get(name.group(1))).contains(method == null ? "class " : "void " + method + "(");
        });
    }

    @Test
    void thePagesOfRequirementsAndOfFaultsNameMany() throws IOException {
        assertThat(named("asvs.md", IN_JAVA)).hasSizeGreaterThan(100);
        assertThat(named("faults.md", IN_JAVA)).hasSizeGreaterThan(15);
        assertThat(pages()).contains("redis.md", "near-cache.md", "operations.md");
    }

    @Test
    void eachMethodThatThePageOfFaultsNamesAloneExists() throws IOException {
        String all = String.join("\n", sources(".java").values());
        assertThat(named("faults.md", ALONE))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(all).contains("void " + name.group(1) + "("));
    }

    @Test
    void eachTestInClojureThatThePageNamesExists() throws IOException {
        String all = String.join("\n", sources(".clj").values());
        assertThat(named("asvs.md", IN_CLOJURE))
                .hasSizeGreaterThan(3)
                .allSatisfy(name -> assertThat(all).containsPattern("\\(deftest " + name.group(1) + "\\s"));
    }

    @Test
    void eachRequirementIsOfTheFormOfTheStandard() throws IOException {
        assertThat(Pattern.compile("(?m)^\\| (\\d+\\.\\d\\.\\d)")
                        .matcher(Files.readString(ROOT.resolve("docs/asvs.md")))
                        .results()
                        .map(it -> it.group(1)))
                .hasSizeGreaterThan(45)
                .doesNotHaveDuplicates()
                .contains("7.2.4", "7.4.1", "3.3.3", "11.5.1", "14.2.1", "15.4.2");
    }
}
