package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** The page for Spring Boot lists the properties that there are, and no others, with the types and defaults that editors show. */
class PropertiesPageTest {

    private static final Pattern IN_TABLE =
            Pattern.compile("(?m)^\\| `(sojourn\\.[a-z.-]+)` \\| `([^`]+)` \\| ([^|]+) \\|");

    /** A default that is one value; others are told in words, as they depend on other properties. */
    private static final Pattern ONE_VALUE = Pattern.compile("`([^`]+)`");

    /** Of this module: each library with properties has such a file. */
    private static Map<String, Object> metadata() throws IOException {
        Enumeration<URL> files =
                SojournProperties.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json");
        for (URL file : Collections.list(files)) {
            try (InputStream in = file.openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (text.contains(SojournProperties.class.getName())) {
                    return JsonParserFactory.getJsonParser().parseMap(text);
                }
            }
        }
        throw new AssertionError("There is no metadata of the properties");
    }

    private static String textOf(Map<?, ?> item, String name) {
        return String.valueOf(item.get(name));
    }

    @Test
    void pageAndMetadataNameTheSamePropertiesWithTheirTypesAndDefaults() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        IN_TABLE.matcher(Files.readString(Path.of("../docs/spring-boot.md")))
                .results()
                .forEach(row -> listed.put(
                        Objects.requireNonNull(row.group(1)),
                        row.group(2)
                                + " "
                                + (ONE_VALUE.matcher(row.group(3)).matches()
                                        ? row.group(3).replace("`", "")
                                        : "null")));
        Map<String, String> known = new TreeMap<>();
        for (Object item : (List<?>) Objects.requireNonNull(metadata().get("properties"))) {
            Map<?, ?> property = (Map<?, ?>) item;
            if (textOf(property, "name").startsWith("sojourn.")) {
                assertThat(property.get("description"))
                        .as("description of " + property.get("name"))
                        .isNotNull();
                String type = textOf(property, "type").replaceAll("[a-z.]+\\.(?=[A-Z])|\\w+\\$", "");
                known.put(textOf(property, "name"), type + " " + property.get("defaultValue"));
            }
        }
        assertThat(known).hasSizeGreaterThan(40).isEqualTo(listed);
    }

    @Test
    void hintsOfTheMetadataAreForPropertiesThatThereAre() throws IOException {
        Map<String, Object> metadata = metadata();
        List<String> names = ((List<?>) Objects.requireNonNull(metadata.get("properties")))
                .stream().map(item -> textOf((Map<?, ?>) item, "name")).toList();
        List<String> hinted = ((List<?>) Objects.requireNonNull(metadata.get("hints")))
                .stream().map(item -> textOf((Map<?, ?>) item, "name")).toList();
        assertThat(hinted).hasSize(4).isSubsetOf(names);
    }
}
