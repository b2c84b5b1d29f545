package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.RedisStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers with which the README gives its reasons are those of the tests and benchmarks that it names. */
class ReadmeNumbersTest {

    private static final String README = Page.named("README.md").text();

    private static String test(String name) {
        return Page.named("sojourn-tests/src/test/java/io/sojourn/engine/" + name + ".java")
                .text();
    }

    /** Who opens the page should see all of it soon. */
    @Test
    void readmeIsShortAndItsPictureIsSmall() throws IOException {
        assertThat(Page.named("README.md").lines()).hasSizeLessThanOrEqualTo(140);
        assertThat(README).contains("<img ", "src=\"docs/images/demo.webp\"");
        assertThat(Files.size(Page.PROJECT.resolve("docs/images/demo.webp"))).isLessThan(1_000_000);
    }

    /** What moves for more than five seconds must end, or be stopped (WCAG 2.2.2). */
    @Test
    void picturePlaysOnceAndHasAStillForWhoWantsNoMovement() throws IOException {
        String picture = Files.readString(Page.PROJECT.resolve("docs/images/demo.webp"), StandardCharsets.ISO_8859_1);
        // RFC 9649, 2.7.1.1: the size of the chunk, the background, and how often it plays; 0 is for ever.
        assertThat(picture.substring(picture.indexOf("ANIM") + 12, picture.indexOf("ANIM") + 14))
                .isEqualTo("\1\0");
        assertThat(README)
                .contains("<source media=\"(prefers-reduced-motion: reduce)\" srcset=\"docs/images/demo-still.webp\">");
        assertThat(Files.readString(Page.PROJECT.resolve("docs/images/demo-still.webp"), StandardCharsets.ISO_8859_1))
                .startsWith("RIFF")
                .contains("WEBPVP8 ")
                .doesNotContain("ANIM");
    }

    @Test
    void incrementsAreThoseOfTheTest() {
        assertThat(README).containsPattern("32 threads\\s+on 2 servers count to exactly 2,000 \\(\\[ParallelTest\\]");
        assertThat(test("ParallelTest")).contains("THREADS = 32;", "UPDATES = 2_000;");
    }

    @Test
    void signInsAtOnceAreThoseOfTheTest() {
        assertThat(README).containsPattern("signs in 50 times at once, exactly 3 are left \\(\\[SessionLimitTest\\]");
        assertThat(test("SessionLimitTest")).contains("ofFiftySignInsAtOnceExactlyThreeAreLeft");
    }

    @Test
    void commandsOfRequestsAreThoseOfTheTest() {
        assertThat(README)
                .containsPattern(
                        "does not use its session sends 0 commands to Redis, one that reads it 1, and one that changes it 2\\s+"
                                + "\\(\\[RedisTest\\]");
        assertThat(Page.named("sojourn-servlet/src/test/java/io/sojourn/servlet/RedisTest.java")
                        .text())
                .contains(
                        "requestThatDoesNotAskForItsSessionSendsNothing",
                        "readingSendsOneCommand",
                        "changingSendsTwoCommandsAlsoIfTheResponseIsCommittedWithinTheServlet");
    }

    @Test
    void timesOfAnOutageAreThoseOfTheTest() {
        assertThat(README)
                .containsPattern(
                        "a call fails after 500 to 600 ms;.*\\s.*within\\s+1 s after Redis returns, .*\\(\\[OutageTest\\]");
        assertThat(RedisStore.DEFAULT_TIMEOUT).isEqualTo(Duration.ofMillis(500));
        assertThat(Page.named("sojourn-redis/src/test/java/io/sojourn/redis/OutageTest.java")
                        .text())
                .contains("the clock of the deadlines ticks ten times a second", ".atMost(1, TimeUnit.SECONDS)");
    }

    @Test
    void commandsToReadASessionAreThoseThatTheBenchmarkCounted() {
        String row = Page.named("README.md").lines().stream()
                .filter(line -> line.startsWith("| commands to read a session"))
                .findFirst()
                .orElseThrow();
        assertThat(row)
                .contains(
                        "| [" + commands("sojourn") + "](",
                        "| [" + commands("spring-redis-jdk") + "; indexed " + commands("spring-indexed-jdk")
                                + "](benchmarks/results/latest.json) |",
                        "| [" + commands("redisson-rmap") + ", as a plain map](benchmarks/results/latest.json) |");
    }

    /** Ours to a test or what a benchmark has counted, those of others to their pages or code; "–" says that nothing is known. */
    @Test
    void eachCellOfTheComparisonNamesItsSource() {
        List<String> rows = Page.named("README.md").lines().stream()
                .dropWhile(line -> !line.startsWith("| promise |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(5);
        for (String row : rows) {
            List<String> cells = List.of(row.substring(2, row.length() - 2).split(" \\| "));
            assertThat(cells).as(row).hasSize(6);
            assertThat(cells.get(1)).matches("\\[[^]]+]\\(sojourn-[\\w/-]+Test\\.java\\)");
            assertThat(cells.subList(2, 6))
                    .allMatch(cell -> cell.matches("–|\\[[^]]+]\\((https://\\S+|benchmarks/results/latest\\.json)\\)"));
        }
    }

    /** For one load of a session. */
    private static String commands(String system) {
        Matcher row = Pattern.compile("\\{[^{}]*\"work\"\\s*:\\s*\"a\"[^{}]*\\}")
                .matcher(Page.named("benchmarks/results/latest.json").text());
        while (row.find()) {
            Matcher commands =
                    Pattern.compile("\"commands\"\\s*:\\s*(\\d+)\\.0\\b").matcher(row.group());
            if (row.group().replace(" ", "").contains("\"system\":\"" + system + "\"") && commands.find()) {
                return Objects.requireNonNull(commands.group(1));
            }
        }
        throw new AssertionError("The benchmark has not counted the commands of " + system);
    }
}
