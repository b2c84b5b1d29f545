package io.sojourn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What a released version wrote stays readable for ever. The files under {@code golden/v1} are never changed: a new feature
 * of format 1 gets a new file, {@code -Dgolden.write=true} writes those that are not there yet.
 */
class GoldenFilesTest {

    private static final String FOLDER = "golden/v1/";
    private static final int BYTES_A_LINE = 32;

    static Set<String> names() {
        return Samples.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void areReadAsWhatWasWritten(String name) throws IOException {
        Records.assertSame(PackedRecord.parse(golden(name)), Samples.named(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void areWrittenByteForByteAsBefore(String name) throws IOException {
        assertThat(Samples.named(name).bytes()).isEqualTo(golden(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void areWrittenBackByteForByteAsTheyWereRead(String name) throws IOException {
        PackedRecord read = PackedRecord.parse(golden(name));
        assertThat(PackedRecord.of(read.header(), read.attributes()).bytes()).isEqualTo(golden(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void areCborThatOthersReadAsWell(String name) throws IOException {
        byte[] golden = golden(name);
        JsonNode read = new CBORMapper().readTree(Arrays.copyOfRange(golden, 1, golden.length));
        PackedRecord expected = Samples.named(name);
        assertThat(golden[0]).isEqualTo((byte) PackedRecord.FORMAT);
        assertThat(read.isArray()).isTrue();
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.get(0).get("1").longValue()).isEqualTo(expected.header().createdAt());
        assertThat(read.get(0).get("4").binaryValue())
                .isEqualTo(expected.header().verifier());
        expected.attributes().forEach((attribute, value) -> {
            JsonNode stored = read.get(1).get(attribute);
            if (value.isExternal()) {
                assertThat(stored.intValue()).isEqualTo(value.codec());
            } else {
                assertThat(stored.get(0).intValue()).isEqualTo(value.codec());
                assertThat(stored.get(1).binaryValue()).isEqualTo(value.bytes());
            }
        });
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenFilesTest.class.getClassLoader().getResourceAsStream(FOLDER + name + ".hex")) {
            assertThat(in)
                    .as("golden file of %s; -Dgolden.write=true writes it", name)
                    .isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replace("\n", ""));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = "true")
    void writeThoseThatAreMissing() throws IOException {
        Path folder = Path.of("src/test/resources", FOLDER);
        Files.createDirectories(folder);
        for (String name : names()) {
            Path file = folder.resolve(name + ".hex");
            if (!Files.exists(file)) {
                String hex = HexFormat.of().formatHex(Samples.named(name).bytes());
                String lines =
                        hex.replaceAll(".{" + 2 * BYTES_A_LINE + "}", "$0\n").stripTrailing() + "\n";
                Files.writeString(file, lines, StandardOpenOption.CREATE_NEW);
            }
        }
    }
}
