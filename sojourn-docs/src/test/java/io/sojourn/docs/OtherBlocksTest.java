package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sojourn.config.SessionConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the blocks that are no Java name exists, and every block belongs to a test. */
class OtherBlocksTest {

    /** Pages whose blocks of a language another test runs. */
    private static final Map<String, Set<String>> ELSEWHERE = Map.of(
            "apache", Set.of("docs/load-balancers.md"), // HttpdTest
            "haproxy", Set.of("docs/load-balancers.md"), // HaproxyTest
            "clojure", // docs_test.clj
                    Set.of("README.md", "docs/ring.md", "docs/moving-from-ring-redis-session.md", "docs/start.md"));

    private static final Set<String> HERE = Set.of("java", "properties", "yaml", "xml", "text");

    private static final Pattern NAME = Pattern.compile("\"name\": \"([\\w.-]+)\"");
    private static final Pattern MAP = Pattern.compile("\"name\": \"([\\w.-]+)\",\\s+\"type\": \"java\\.util\\.Map<");
    private static final Pattern COMMAND = Pattern.compile("(?:^|[\\s(`])(\\./[a-z]+w?)((?: [^`#|]*)?)");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    static Stream<CodeBlock> properties() {
        // mod_jk's are run by HttpdTest.
        return Page.blocksIn("properties").filter(block -> !block.text().startsWith("worker."));
    }

    static Stream<CodeBlock> yaml() {
        return Page.blocksIn("yaml");
    }

    static Stream<CodeBlock> xml() {
        return Page.blocksIn("xml");
    }

    @Test
    void everyBlockIsInALanguageThatATestReads() {
        Stream<CodeBlock> unread = Page.all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> !HERE.contains(block.language())
                        && !ELSEWHERE.getOrDefault(block.language(), Set.of()).contains(block.page()));
        assertThat(unread).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("properties")
    void propertiesAreKnownToSpringBoot(CodeBlock block) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(block.text()));
        assertThat(properties).isNotEmpty();
        Set<String> known = names(NAME);
        Set<String> maps = names(MAP); // Whose keys are names of the application's own.
        assertThat(properties.stringPropertyNames())
                .allMatch(name -> known.contains(name) || maps.stream().anyMatch(map -> name.startsWith(map + ".")));
    }

    /** Each variable and property that the page advises is one that the references have, which are checked against the code. */
    @Test
    void troubleshootingNamesSettingsThatThereAre() throws IOException {
        Page page = Page.named("TROUBLESHOOTING.md");
        assertThat(found("`(SOJOURN_[A-Z_]+)", page))
                .hasSizeGreaterThan(8)
                .isSubsetOf(found("`(SOJOURN_[A-Z_]+)`", Page.named("docs/settings.md")));
        assertThat(found("`((?:sojourn|server)\\.[\\w.-]+)=", page))
                .hasSizeGreaterThan(5)
                .isSubsetOf(names(NAME));
        assertThat(found("init parameter `(\\w+)`", page)).hasSizeGreaterThan(6).isSubsetOf(SessionConfig.names());
    }

    private static Set<String> found(String pattern, Page page) {
        return Pattern.compile(pattern)
                .matcher(page.text())
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
    }

    /** The properties of Spring Boot, with ours. */
    static Set<String> springProperties() throws IOException {
        return names(NAME);
    }

    /** What the libraries on the class path say of their properties. */
    private static Set<String> names(Pattern pattern) throws IOException {
        Set<String> names = new TreeSet<>();
        for (URL file : Collections.list(
                OtherBlocksTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = file.openStream()) {
                pattern.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .results()
                        .forEach(name -> names.add(name.group(1)));
            }
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void yamlCanBeRead(CodeBlock block) {
        Yaml reader = new Yaml(new SafeConstructor(new LoaderOptions()));
        Object read = reader.load(block.text());
        assertThat(read).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("xml")
    void xmlNamesModulesClassesAndParametersThatThereAre(CodeBlock block) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader("<all>" + block.text() + "</all>")));
        for (String dependency : texts(document, "artifactId")) {
            if (dependency.startsWith("sojourn-")) {
                assertThat(Page.PROJECT.resolve(dependency).resolve("pom.xml")).exists();
            }
        }
        for (String filter : texts(document, "filter-class")) {
            assertThatCode(() -> Class.forName(filter)).doesNotThrowAnyException();
        }
        assertThat(SessionConfig.names()).containsAll(texts(document, "param-name"));
        assertThat(document.getDocumentElement().getChildNodes().getLength()).isGreaterThan(1);
    }

    private static List<String> texts(Document document, String element) {
        NodeList found = document.getElementsByTagName(element);
        return IntStream.range(0, found.getLength())
                .mapToObj(found::item)
                .map(Node::getTextContent)
                .toList();
    }

    /** In blocks of the terminal, and between backticks. */
    @Test
    void commandsOfTheProjectExistAndKnowTheirOptions() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (Page page : Page.all()) {
            for (MatchResult command : COMMAND.matcher(page.text()).results().toList()) {
                String script = command.group(1).substring(2);
                assertThat(Page.PROJECT.resolve(script))
                        .as("%s in %s", command.group(1), page.name())
                        .isExecutable();
                commands.add(script);
                Set<String> options = OPTION.matcher(command.group(2))
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet());
                if (!script.equals("mvnw") && !options.isEmpty()) {
                    assertThat(Files.readString(Page.PROJECT.resolve(script)) + launcher(script))
                            .as("%s in %s", command.group(), page.name())
                            .contains(options);
                }
            }
        }
        assertThat(commands).contains("demo", "check", "bench", "mvnw");
    }

    /** {@code ./demo} hands its options on. */
    private static String launcher(String script) throws IOException {
        return script.equals("demo")
                ? Files.readString(Page.PROJECT.resolve(
                        "examples/shop/src/main/java/io/sojourn/example/shop/launcher/ShopDemo.java"))
                : "";
    }
}
