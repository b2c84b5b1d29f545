package io.sojourn.spi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.spi.text.TextSettings.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextSettingsTest {

    private static final Set<String> KNOWN = Set.of("idleTimeout", "absoluteTimeout", "prefix", "redis");

    @Test
    void firstOfANameWinsAndABlankOneIsNone() {
        TextSettings settings = TextSettings.of(List.of(
                new Setting("timeout", "  ", "nearest"),
                new Setting("timeout", " 1s ", "nearer"),
                new Setting("timeout", "2s", "far")));
        assertThat(settings.read("timeout", SettingReader::duration)).contains(Duration.ofSeconds(1));
        assertThat(settings.isBlank("timeout")).isFalse();
        assertThat(TextSettings.of(Map.of("prefix", " ")).isBlank("prefix")).isTrue();
        assertThat(settings.isBlank("prefix")).isFalse();
        assertThat(settings.has("prefix")).isFalse();
        assertThat(settings.read("prefix", SettingReader::text)).isEmpty();
    }

    @Test
    void whatIsRefusedIsNamedAsItsAuthorKnowsIt() {
        TextSettings settings =
                TextSettings.of(List.of(new Setting("idleTimeout", "30", "The init parameter idleTimeout")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.read("idleTimeout", SettingReader::duration))
                .withMessageStartingWith("The init parameter idleTimeout: \"30\" is no duration");
    }

    @Test
    void whatASetterRefusesIsNamedToo() {
        TextSettings settings = TextSettings.of(Map.of("size", "0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.use("size", SettingReader::bytes, size -> {
                    throw new IllegalArgumentException("must be at least 1");
                }))
                .withMessage("size: must be at least 1");
        settings.use("other", SettingReader::bytes, size -> {
            throw new AssertionError("there is no such setting");
        });
    }

    @Test
    void settingThatAnotherLedToIsNamedAlone() {
        TextSettings settings = TextSettings.of(Map.of("redis", "redis://localhost", "timeout", "30"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.read("redis", uri -> settings.read("timeout", SettingReader::duration)))
                .withMessageStartingWith("timeout: ");
    }

    @Test
    void unknownNameIsRefusedWithTheNearestAndAllOthers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextSettings.of(Map.of("idleTimout", "30m")).refuseOthersThan(KNOWN))
                .withMessage("idleTimout is not known. Did you mean idleTimeout?"
                        + " There are absoluteTimeout, idleTimeout, prefix, redis");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextSettings.of(Map.of("colour", "red")).refuseOthersThan(KNOWN))
                .withMessage("colour is not known. There are absoluteTimeout, idleTimeout, prefix, redis");
        TextSettings.of(Map.of("prefix", "shop")).refuseOthersThan(KNOWN);
    }

    @Test
    void nearestNameIsOneThatAFewSlipsMakeOfIt() {
        assertThat(TextSettings.nearest("IDLETIMEOUT", KNOWN)).contains("idleTimeout");
        assertThat(TextSettings.nearest("idel-timeout", KNOWN)).contains("idleTimeout");
        assertThat(TextSettings.nearest("prefx", KNOWN)).contains("prefix");
        assertThat(TextSettings.nearest("x", KNOWN)).isEmpty();
        assertThat(TextSettings.nearest("idleTimeout".repeat(100), KNOWN)).isEmpty();
    }

    @Test
    void noTextShowsInItsOwn() {
        List<Setting> all = new ArrayList<>(List.of(new Setting("redis", "redis://:secret@host", "redis")));
        assertThat(TextSettings.of(all)).asString().isEqualTo("[redis]");
        assertThat(all).asString().doesNotContain("secret");
    }
}
