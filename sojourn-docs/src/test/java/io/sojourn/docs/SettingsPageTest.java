package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.config.EnvironmentNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The reference of settings has what the code has. If this fails, run {@code ./mvnw -Pdocs -pl sojourn-docs -am verify
 * -Dtest=SettingsPageTest -Dsettings.update=true -Dsurefire.failIfNoSpecifiedTests=false}, and write what new settings mean.
 */
class SettingsPageTest {

    private static final Path FILE = Page.PROJECT.resolve("docs/settings.md");

    private static String version() {
        Matcher version = Pattern.compile("<version>([\\d.]+)(?:-SNAPSHOT)?</version>")
                .matcher(Page.named("pom.xml").text());
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    @Test
    void pageIsWhatTheCodeSays() throws IOException {
        String page = Files.readString(FILE);
        String rewritten = new SettingsPage(version()).rewritten(page);
        if (Boolean.getBoolean("settings.update")) {
            Files.writeString(FILE, rewritten);
        }
        assertThat(page).isEqualTo(rewritten).doesNotContain(SettingsPage.WRITE_ME);
    }

    @Test
    void pageHasATableOfEachBuilderAndOnlyOne() throws IOException {
        assertThat(SettingsPage.tables(Files.readString(FILE)))
                .containsExactlyInAnyOrderElementsOf(SettingsPage.builders());
    }

    /** A new builder is in a listing of the API before anybody writes its table. */
    @Test
    void tablesAreThoseOfAllBuildersOfTheApi() throws IOException {
        Set<String> listed = new TreeSet<>();
        try (Stream<Path> modules = Files.list(Page.PROJECT)) {
            for (Path listing : modules.map(module -> module.resolve("api.txt"))
                    .filter(Files::exists)
                    .toList()) {
                Pattern.compile("(?m)^public .*class [a-z.]+\\.(\\w+\\.Builder|\\w+Builder)\\b")
                        .matcher(Files.readString(listing))
                        .results()
                        .forEach(found -> listed.add(found.group(1).replace(".Builder", "")));
            }
        }
        assertThat(listed).contains("SessionSettings", "RedisStoreBuilder").isEqualTo(SettingsPage.builders());
    }

    @Test
    void pageHasEachTextAndEachVariableOfTheEnvironmentAndNoOther() throws IOException {
        Set<String> named = new TreeSet<>();
        Pattern.compile("`(SOJOURN_[A-Z_]+)`")
                .matcher(Files.readString(FILE))
                .results()
                .forEach(it -> named.add(it.group(1)));
        Set<String> known = new TreeSet<>();
        SettingsPage.textNames().forEach(name -> known.add(EnvironmentNames.nameOf(name)));
        // What the command line alone reads.
        Pattern.compile("\"(SOJOURN_[A-Z_]+[A-Z])\"")
                .matcher(Page.named("sojourn-cli/src/main/java/io/sojourn/cli/StoreOptions.java")
                        .text())
                .results()
                .forEach(it -> known.add(it.group(1)));
        assertThat(named).isEqualTo(known);
    }

    /** Pages advise with {@code NAME=value}; what a setting means stands once. */
    @Test
    void noOtherPageHasATableOfSettings() throws IOException {
        Set<String> settings = SettingsPage.settings(Files.readString(FILE));
        assertThat(settings).contains("maxStaleness", "maxSessionBytes", "allowEnding");
        assertThat(Page.all().stream()
                        .filter(page -> !page.name().equals("docs/settings.md"))
                        .flatMap(page -> tablesOfSettings(page, settings)))
                .isEmpty();
        String table =
                "| setting | default |\n|---|---|\n| `maxStaleness` | 2 s |\n\n| variable |\n|---|\n| `SOJOURN_PREFIX` |";
        assertThat(tablesOfSettings(new Page("docs/wrong.md", table.lines().toList()), settings))
                .hasSize(2);
    }

    private static Stream<String> tablesOfSettings(Page page, Set<String> settings) {
        List<String> found = new ArrayList<>();
        String head = "";
        for (String line : page.lines()) {
            if (!line.startsWith("|")) {
                head = "";
                continue;
            }
            head = head.isEmpty() ? line : head;
            Matcher first = Pattern.compile("^\\| `(\\w+)[`(]").matcher(line);
            boolean isSetting = head.contains("default") && first.find() && settings.contains(first.group(1));
            if (isSetting || line.matches(".*`SOJOURN_[A-Z_]+`.*")) {
                found.add(page.name() + ": " + line);
            }
        }
        return found.stream();
    }

    /** The default timeout of Redis, half a second, stood in the table as no hours. */
    @Test
    void durationsAreShownExactlyInTheirLargestUnit() {
        assertThat(Stream.of(500L, 1_500L, 2_000L, 60_000L, 120_500L, 1_800_000L, 86_400_000L)
                        .map(millis -> SettingsPage.duration(Duration.ofMillis(millis))))
                .containsExactly("500ms", "1500ms", "2s", "60s", "120500ms", "30m", "24h");
    }

    /** So that the other tests can fail. */
    @Test
    void settingThatIsMissingAndSettingThatIsNoMoreAreFound() {
        String page = "<!-- settings of NearCache -->\n\n| `maxBytes` | ? | ? | ? | 0.1.0 | The largest size. |\n"
                + "| `minBytes` | `int` | none | – | 0.1.0 | No more. |\n<!-- to here -->";
        assertThat(new SettingsPage("0.7.0").rewritten(page))
                .contains(
                        "| `maxBytes` | `long` | `64MiB` | `nearCacheMaxBytes`, `SOJOURN_NEAR_CACHE_MAX_BYTES` | 0.1.0 | The largest size. |")
                .contains(
                        "| `maxStaleness` | `Duration` | `2s` | `nearCacheMaxStaleness`, `SOJOURN_NEAR_CACHE_MAX_STALENESS` | 0.7.0 | "
                                + SettingsPage.WRITE_ME)
                .doesNotContain("minBytes");
    }
}
