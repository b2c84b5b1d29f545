package io.sojourn.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the pages lead somewhere, and the page on settings has all of them. */
class PagesTest {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern CODE = Pattern.compile("`[^`]+`|(?s)```.*?```");
    private static final Set<String> ENDS_OF_BUILDERS = Set.of("build", "connect", "connectInBackground");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(PROJECT);
                Stream<Path> docs = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    @Test
    void everyLinkInTheProjectLeadsToAFileAndToAHeadingOfIt() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page, UTF_8));
            while (link.find()) {
                if (link.group(1).contains(":")) {
                    continue; // Another host.
                }
                links++;
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                if (!Files.exists(target)
                        || (link.group(2) != null && !headings(target).contains(link.group(2)))) {
                    broken.add(PROJECT.relativize(page) + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    /** The names that GitHub gives to the headings of a page. */
    private static Set<String> headings(Path page) throws IOException {
        return Files.readAllLines(page, UTF_8).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void thePageOnSettingsHasEveryMethodOfEveryPublicBuilder() throws IOException {
        Set<String> words = new TreeSet<>();
        Matcher code = CODE.matcher(Files.readString(PROJECT.resolve("docs/settings.md"), UTF_8));
        while (code.find()) {
            words.addAll(List.of(code.group().split("\\W+")));
        }
        Set<String> missing = new TreeSet<>();
        int settings = 0;
        for (JavaClass builder : builders()) {
            for (var method : builder.getMethods()) {
                if (method.getModifiers().contains(JavaModifier.PUBLIC)
                        && !ENDS_OF_BUILDERS.contains(method.getName())) {
                    settings++;
                    if (!words.contains(method.getName())) {
                        missing.add(builder.getFullName() + "." + method.getName());
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(settings).isGreaterThan(60);
    }

    private static List<JavaClass> builders() {
        return ByteCode.LIBRARY.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> type.getSimpleName().endsWith("Builder"))
                .toList();
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(PROJECT.resolve("README.md"), UTF_8)).hasSizeLessThanOrEqualTo(140);
    }
}
