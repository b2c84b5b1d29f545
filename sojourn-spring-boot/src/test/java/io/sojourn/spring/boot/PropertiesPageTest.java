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
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page for Spring Boot lists the properties that there are, and no others. */
class PropertiesPageTest {

    private static final Pattern IN_METADATA = Pattern.compile(
            "\"name\": \"(sojourn\\.[a-z.-]+)\",\\s+\"type\": \"[^\"]+\",\\s+\"description\": \"[^\"]+\"");
    private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `(sojourn\\.[a-z.-]+)` \\|");

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text)
                .results()
                .map((MatchResult it) -> Objects.requireNonNull(it.group(1)))
                .forEach(names::add);
        return names;
    }

    /** Of this module: each library with properties has such a file. */
    private static String metadata() throws IOException {
        Enumeration<URL> files =
                SojournProperties.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json");
        for (URL file : Collections.list(files)) {
            try (InputStream in = file.openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (text.contains(SojournProperties.class.getName())) {
                    return text;
                }
            }
        }
        throw new AssertionError("There is no metadata of the properties");
    }

    @Test
    void pageAndMetadataNameTheSameProperties() throws IOException {
        String page = Files.readString(Path.of("../docs/spring-boot.md"));
        Set<String> properties = all(IN_METADATA, metadata());
        assertThat(properties).hasSizeGreaterThan(25).isEqualTo(all(IN_TABLE, page));
    }
}
