package io.sojourn.testkit.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void thePropertyIsReadElseTheVariableOfTheSameName() {
        assertThat(Settings.variable("sojourn.redis.server")).isEqualTo("SOJOURN_REDIS_SERVER");
        assertThat(Settings.find("path")).isEqualTo(System.getenv("PATH")).isNotBlank();
        assertThat(Settings.find("java.version")).isEqualTo(System.getProperty("java.version"));
        assertThat(Settings.find("sojourn.no.such.setting")).isNull();
    }
}
