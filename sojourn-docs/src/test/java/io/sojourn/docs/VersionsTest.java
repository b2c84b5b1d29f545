package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's table of what works with what has the versions that the build tests, and no others. */
class VersionsTest {

    private static String row(String name) {
        return Page.named("README.md").lines().stream()
                .filter(line -> line.startsWith("| " + name + " |"))
                .findFirst()
                .orElseThrow();
    }

    /** The first numbers of a version, as many as the table has. */
    private static String version(String pom, String property) {
        Matcher found = Pattern.compile("<" + Pattern.quote(property) + ">(\\d+\\.\\d+)")
                .matcher(Page.named(pom).text());
        assertThat(found.find()).as("%s in %s", property, pom).isTrue();
        return found.group(1);
    }

    @ParameterizedTest
    @CsvSource({
        "containers, pom.xml, tomcat.version",
        "containers, sojourn-servlet/pom.xml, tomcat10.version",
        "containers, sojourn-servlet/pom.xml, jetty.version",
        "containers, sojourn-servlet/pom.xml, undertow.version",
        "containers, pom.xml, servlet-api.version",
        "containers, sojourn-servlet/pom.xml, servlet-api.version",
        "Spring, pom.xml, spring-boot.version",
        "Spring, pom.xml, spring-security.version",
        "Spring, sojourn-spring-boot-3/pom.xml, spring-boot.version",
        "Spring, sojourn-spring-boot-3/pom.xml, spring-security.version",
        "Ring, pom.xml, clojure.version",
        "Ring, sojourn-ring/pom.xml, clojure.newest.version",
        "libraries, sojourn-redis/pom.xml, lettuce-lowest.version",
        "libraries, sojourn-bom/pom.xml, lettuce.version",
        "libraries, sojourn-bom/pom.xml, netty.version",
        "libraries, sojourn-core/pom.xml, jackson-lowest.version",
        "libraries, sojourn-bom/pom.xml, jackson.version",
    })
    void rowHasTheVersion(String row, String pom, String property) {
        assertThat(row(row)).containsPattern("(?<![.\\d])" + Pattern.quote(version(pom, property)) + "(?![.\\d])");
    }

    @Test
    void noRowHasAVersionThatIsNotTested() {
        List<String> numbers = List.of("containers", "Spring", "Ring", "libraries").stream()
                .flatMap(name ->
                        Pattern.compile("\\d+\\.\\d+").matcher(row(name)).results())
                .map(found -> found.group())
                .toList();
        // Beside the seventeen above: Netty 4.1 comes with the lowest Lettuce, and Ring 1.8 is what Debian has.
        assertThat(numbers).hasSize(19).contains("4.1", "1.8");
        assertThat(row("Java")).contains("17", "25");
        assertThat(Page.named("check").text()).contains("for jdk in 17 25; do");
    }

    @Test
    void pagesThatAReaderCopiesFromNameTheVersionsOfTheBuild() {
        String start = Page.named("docs/start.md").text();
        assertThat(start)
                .contains("<version>" + full("pom.xml", "spring-boot.version") + "</version>")
                .contains("<tomcat.version>" + full("pom.xml", "tomcat.version") + "</tomcat.version>")
                .contains("<version>" + full("sojourn-servlet/pom.xml", "servlet-api.version") + "</version>");
        String version = full("pom.xml", "version");
        for (Page page : Page.all()) {
            assertThat(Pattern.compile("\\b\\d+\\.\\d+\\.\\d+-SNAPSHOT")
                            .matcher(page.text())
                            .results()
                            .map(found -> found.group()))
                    .as(page.name())
                    .allMatch(version::equals);
        }
    }

    static String full(String pom, String element) {
        Matcher found = Pattern.compile("<" + Pattern.quote(element) + ">([^<]+)")
                .matcher(Page.named(pom).text());
        assertThat(found.find()).as("%s in %s", element, pom).isTrue();
        return Objects.requireNonNull(found.group(1));
    }
}
