package io.sojourn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of the documentation that leads from a clause of the specification to a test. */
class ClausesTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Path ROOT = Path.of("..");

    @Test
    void eachTestThatTheTableNamesExists() throws IOException {
        List<MatchResult> named = NAMED.matcher(Files.readString(ROOT.resolve("docs/servlet-clauses.md")))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(50).allSatisfy(ClausesTest::assertExists);
    }

    private static void assertExists(MatchResult name) throws IOException {
        Path source = ROOT.resolve("sojourn-servlet/src/test/java/io/sojourn/servlet/" + name.group(1) + ".java");
        assertThat(source).isRegularFile();
        assertThat(Files.readString(source)).contains("void " + name.group(2) + "(");
    }
}
