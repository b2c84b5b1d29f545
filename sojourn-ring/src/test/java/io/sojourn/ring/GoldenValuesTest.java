package io.sojourn.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What lies in somebody's Redis stays readable. The file has what the first version wrote, a value on each line; it is never
 * changed, and another format gets another file.
 */
class GoldenValuesTest {

    private static final String FILE = "/golden/values-1.edn";

    @TestFactory
    Stream<DynamicTest> whatTheFirstVersionWroteIsReadAndWrittenTheSame() {
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThan(50);
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(
                        line,
                        () -> assertThat(EdnWriter.write("golden", EdnReaders.read(line), 10_000))
                                .isEqualTo(line)));
    }

    private static List<String> lines() {
        try (InputStream in = Objects.requireNonNull(GoldenValuesTest.class.getResourceAsStream(FILE));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
