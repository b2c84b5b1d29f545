package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.cfg.PackageVersion;

/** Runs beside other tests of the codec with the lowest Jackson. */
class LowestJacksonTest {

    @Test
    void theTestsRunWithTheLowestJackson() {
        assertThat(PackageVersion.VERSION).hasToString(System.getProperty("sojourn.jackson"));
        assertThat(JsonProperty.class.getPackage().getImplementationVersion()).isEqualTo("2.20");
    }
}
