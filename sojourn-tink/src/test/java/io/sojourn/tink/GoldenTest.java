package io.sojourn.tink;

import static io.sojourn.tink.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import io.sojourn.SessionId;
import io.sojourn.spi.StoredSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that were encrypted when the format was new stay readable. The files are never written again. */
class GoldenTest {

    private static final String FOLDER = "/golden/v1/";

    @ParameterizedTest
    @ValueSource(strings = {"record", "apart"})
    void sessionsOfTheFirstFormatStayReadable(String name) throws Exception {
        AeadConfig.register();
        SessionKeys keys = SessionKeys.of(TinkJsonProtoKeysetFormat.parseKeyset(
                read("keyset-of-tests.json"), RegistryConfiguration.get(), InsecureSecretKeyAccess.get()));
        Scene scene = new Scene();
        EncryptedStore store =
                EncryptedStore.builder(scene.beneath, keys).context("golden").build();
        Properties fields = new Properties();
        fields.load(new StringReader(read(name + ".properties")));
        SessionId id = SessionId.parse(fields.getProperty("id")).orElseThrow();
        Map<String, byte[]> parts = new HashMap<>();
        for (String field : fields.stringPropertyNames()) {
            if (!field.equals("id") && !field.equals("revision")) {
                parts.put(field, HexFormat.of().parseHex(fields.getProperty(field)));
            }
        }
        scene.plant(id, Long.parseLong(fields.getProperty("revision")), parts);

        StoredSession stored = Scene.load(store, id);
        assertThat(stored.parts()).containsOnlyKeys("r", "a:cart");
        assertThat(text(stored, "r")).isEqualTo("the record");
        assertThat(text(stored, "a:cart")).isEqualTo(name.equals("apart") ? "biscuits" : "tea");
    }

    private static String read(String file) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream(FOLDER + file)) {
            assertThat(in).as(file).isNotNull();
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
