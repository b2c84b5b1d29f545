package io.sojourn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.spi.text.TextSettings.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentNamesTest {

    private final EnvironmentNames names = EnvironmentNames.of(SessionConfig.names());

    @Test
    void variableIsTheSettingInCapitals() {
        assertThat(EnvironmentNames.nameOf("redis")).isEqualTo("SOJOURN_REDIS_URI");
        assertThat(EnvironmentNames.nameOf("idleTimeout")).isEqualTo("SOJOURN_IDLE_TIMEOUT");
        assertThat(EnvironmentNames.nameOf("javaMaxArrayLength")).isEqualTo("SOJOURN_JAVA_MAX_ARRAY_LENGTH");
    }

    @Test
    void variablesBecomeSettingsThatAreNamedAsVariables() {
        TextSettings settings = TextSettings.of(
                names.settings(Map.of("SOJOURN_REDIS_URI", "memory:", "SOJOURN_COOKIE_NAME", "sid", "PATH", "/bin")));
        assertThat(settings.read("redis", SettingReader::text)).contains("memory:");
        assertThat(settings.read("cookieName", SettingReader::text)).contains("sid");
        assertThat(names.settings(Map.of("SOJOURN_REDIS_URI", "x")))
                .extracting(Setting::spelling)
                .containsExactly("The environment variable SOJOURN_REDIS_URI");
    }

    @Test
    void misspelledVariableIsFoundAndThoseOfOthersAreLeftAlone() {
        assertThat(names.misspelled(Map.of(
                        "SOJOURN_IDLE_TIMOUT", "30m",
                        "SOJOURN_REDIS_URL", "redis://localhost",
                        "SOJOURN_ABSOLUTETIMEOUT", "1d",
                        "SOJOURN_IDLE_TIMEOUT", "30m",
                        "SOJOURN_REDIS_SERVICE_HOST", "10.0.0.11",
                        "SOJOURN_REDIS_PORT_6379_TCP_PROTO", "tcp",
                        "IDLE_TIMOUT", "1")))
                .isEqualTo(Map.of(
                        "SOJOURN_IDLE_TIMOUT", "SOJOURN_IDLE_TIMEOUT",
                        "SOJOURN_REDIS_URL", "SOJOURN_REDIS_URI",
                        "SOJOURN_ABSOLUTETIMEOUT", "SOJOURN_ABSOLUTE_TIMEOUT"));
    }
}
