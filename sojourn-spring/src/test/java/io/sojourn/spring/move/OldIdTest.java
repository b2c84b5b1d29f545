package io.sojourn.spring.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which texts of clients are ids of Spring Session. */
class OldIdTest {

    private static final String ID = "6a2f41a3-c54c-4d1e-8c0f-0d4a1b2c3d4e";

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void idIsReadAsItIsAndAsBase64() {
        assertThat(OldId.in(ID)).contains(ID);
        assertThat(OldId.in(base64(ID))).contains(ID);
        String random = UUID.randomUUID().toString();
        assertThat(OldId.in(base64(random))).contains(random);
    }

    @Test
    void routeOfALoadBalancerIsNoPartOfIt() {
        assertThat(OldId.in(base64(ID + ".node-1"))).contains(ID);
        assertThat(OldId.in(ID + ".node-1")).contains(ID);
    }

    @Test
    void nothingElseIsAnId() {
        for (String text : new String[] {
            "",
            "*",
            ID.substring(1),
            ID + "0",
            ID + ":x",
            ID.toUpperCase(java.util.Locale.ROOT),
            ID.replace('-', '*'),
            "expires:" + ID,
            ID + "\n",
            base64(ID) + "==",
            base64("x" + ID),
            base64(ID + "x"),
            base64(base64(ID)),
            "A".repeat(1_000_000),
        }) {
            assertThat(OldId.in(text)).as(text.length() > 100 ? "long" : text).isEmpty();
        }
    }
}
