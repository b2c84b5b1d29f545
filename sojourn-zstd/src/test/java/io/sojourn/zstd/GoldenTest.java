package io.sojourn.zstd;

import static io.sojourn.zstd.Scene.lengthy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that were compressed when the format was new stay readable. The files are never written again. */
class GoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"compressed", "marked"})
    void sessionsOfTheFirstFormatStayReadable(String name) throws IOException {
        Properties fields = new Properties();
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/v1/" + name + ".properties")) {
            assertThat(in).isNotNull();
            if (in != null) {
                fields.load(in);
            }
        }
        Map<String, byte[]> parts = new HashMap<>();
        for (String field : fields.stringPropertyNames()) {
            parts.put(field, HexFormat.of().parseHex(fields.getProperty(field)));
        }
        Scene scene = new Scene();
        byte[] record = name.equals("marked") ? Scene.bytes("\u0001record") : lengthy("\u0001record");
        Scene.assertHas(
                Scene.load(scene.store, Scene.create(scene.beneath, parts)),
                Map.of("r", record, "a:cart", lengthy("tea and biscuits")));
    }
}
