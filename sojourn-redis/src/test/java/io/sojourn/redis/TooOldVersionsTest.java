package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionSettings;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Runs with the versions of Lettuce and of Jackson's annotations that Spring Boot 3.4 manages. */
class TooOldVersionsTest {

    @RepeatedTest(2)
    void theStoreNamesTheVersionThatItHasAndTheOneThatItNeeds() {
        assertThatThrownBy(() -> RedisStore.connect("redis://127.0.0.1:1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "Sojourn needs Lettuce 6.6 or later, and this application has Lettuce 6.4.2.RELEASE")
                .hasMessageContaining("sojourn-bom");
    }

    @RepeatedTest(2)
    void theCodecNamesTheVersionOfTheAnnotations() {
        assertThatThrownBy(SessionSettings::defaults)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.fasterxml.jackson.core:jackson-annotations 2.18.5")
                .hasMessageContaining("sojourn-bom");
        assertThatThrownBy(JacksonCodec::create).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherCodecNeedsNoJackson() {
        JavaSerializationCodec codec =
                JavaSerializationCodec.builder().allow("com.acme.shop").build();
        assertThat(SessionSettings.builder().codec(codec).build().codec()).isSameAs(codec);
    }
}
