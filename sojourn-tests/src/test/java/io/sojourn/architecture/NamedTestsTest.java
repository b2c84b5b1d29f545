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

/** The page of the documentation that leads from a requirement of OWASP's to tests of all modules. */
class NamedTestsTest {

    private static final Path ROOT = Path.of("..");

    /** In Java a class, mostly with a method; in Clojure a name with dashes. */
    private static final Pattern IN_JAVA = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

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

    private static List<MatchResult> named(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(ROOT.resolve("docs/asvs.md")))
                .results()
                .toList();
    }

    @Test
    void eachTestInJavaThatThePageNamesExists() throws IOException {
        Map<String, String> sources = sources(".java");
        assertThat(named(IN_JAVA)).hasSizeGreaterThan(100).allSatisfy(name -> {
            String method = name.group(2);
            assertThat(sources).containsKey(name.group(1));
            assertThat(sources.get(name.group(1))).contains(method == null ? "class " : "void " + method + "(");
        });
    }

    @Test
    void eachTestInClojureThatThePageNamesExists() throws IOException {
        String all = String.join("\n", sources(".clj").values());
        assertThat(named(IN_CLOJURE))
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
