package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
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

    /** Redis 6.2 is what the tests bring along; {@code check} and {@code .ci/newer-servers} say which they take beside it. */
    @Test
    void serversAreThoseThatTheBuildBrings() {
        Set<String> brought = new TreeSet<>();
        for (String script : List.of("check", ".ci/newer-servers")) {
            Pattern.compile("(?:own_server|show \\w+) (redis|valkey) (?:# )?(\\d+\\.\\d+)")
                    .matcher(Page.named(script).text())
                    .results()
                    .forEach(found -> brought.add(found.group(1) + " " + found.group(2)));
        }
        assertThat(brought).hasSize(5);
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(jar -> jar.contains("embedded-redis"))
                .flatMap(VersionsTest::names)
                .map(Pattern.compile("redis-server-(\\d+\\.\\d+)\\.[\\w.-]*linux.*")::matcher)
                .filter(Matcher::matches)
                .forEach(name -> brought.add("redis " + name.group(1)));
        assertThat(servers()).isEqualTo(brought);
    }

    /** What the row has: {@code redis 7.0}. */
    private static Set<String> servers() {
        Set<String> servers = new TreeSet<>();
        String flavor = "";
        for (MatchResult word : Pattern.compile("Redis|Valkey|\\d+\\.\\d+")
                .matcher(row("Redis and Valkey").replaceFirst("Redis and Valkey", ""))
                .results()
                .toList()) {
            if (Character.isDigit(word.group().charAt(0))) {
                servers.add(flavor + " " + word.group());
            } else {
                flavor = word.group().toLowerCase(Locale.ROOT);
            }
        }
        return servers;
    }

    private static Stream<String> names(String jar) {
        try (JarFile file = new JarFile(jar)) {
            return file.stream().map(JarEntry::getName).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Debian release may bring a newer server than the scripts say: then they and the README name it from now on. */
    @Test
    @Tag("full") // Your servers may be others.
    void serversThatTheTestsRunOnAreInTheRow() {
        assertThat(servers())
                .containsAll(RedisServers.available().stream()
                        .map(server -> server.name().toLowerCase(Locale.ROOT).replaceAll("(\\d+\\.\\d+).*", "$1"))
                        .toList());
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
            assertThat(versions(page.text())).as(page.name()).allMatch(version::equals);
            assertThat(page.text()).as(page.name()).doesNotContainPattern("(?i)\\bno\\s+release\\s+yet");
        }
        assertThat(versions(start)).hasSizeGreaterThan(4);
    }

    /** Those of Sojourn's modules, as Maven, its plugins, the Clojure tools and Leiningen have them: what {@code ./release --set} changes. */
    private static List<String> versions(String page) {
        return Pattern.compile(
                        "\\bsojourn-[a-z-]+(?:</artifactId>\\s*<version>|:| +\"| +\\{:mvn/version +\")(\\d+(?:\\.\\d+)+[\\w.-]*)")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** The version is set before a release is built: a page that names another one would be published with it. */
    @Test
    void versionsOfTheModulesAreFoundInEachForm() {
        assertThat(
                        versions(
                                "<artifactId>sojourn-redis</artifactId>\n  <version>1.2.3</version> {:deps {io.sojourn/sojourn-ring"
                                        + " {:mvn/version \"1.2.4\"}} [io.sojourn/sojourn-ring \"1.2.5\"] io.sojourn:sojourn-cli:1.2.6-rc.1:jar"))
                .containsExactly("1.2.3", "1.2.4", "1.2.5", "1.2.6-rc.1");
    }

    static String full(String pom, String element) {
        Matcher found = Pattern.compile("<" + Pattern.quote(element) + ">([^<]+)")
                .matcher(Page.named(pom).text());
        assertThat(found.find()).as("%s in %s", element, pom).isTrue();
        return Objects.requireNonNull(found.group(1));
    }
}
