package io.sojourn.testkit.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @Test
    void whatIsLeftOutIsTheDefault() {
        assertThat(RedisAddress.parse("redis://example.org"))
                .isEqualTo(new RedisAddress("example.org", 6379, null, null, 0));
    }

    @Test
    void everyPartIsRead() {
        assertThat(RedisAddress.parse("redis://ada:s%40cret:x@127.0.0.1:7000/3"))
                .isEqualTo(new RedisAddress("127.0.0.1", 7000, "ada", "s@cret:x", 3));
        assertThat(RedisAddress.parse("redis://:sesame@localhost/"))
                .isEqualTo(new RedisAddress("localhost", 6379, null, "sesame", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rediss://:sesame@localhost",
                "localhost:6379:sesame",
                "redis://sesame@localhost",
                "redis://:sesame@",
                "redis://:ses ame@localhost",
                "redis://:sesame@localhost/one"
            })
    void anotherShapeIsRefusedWithoutRepeatingIt(String uri) {
        assertThatThrownBy(() -> RedisAddress.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .doesNotContain("sesame", "ses ame");
    }

    @Test
    void itsTextShowsNoPassword() {
        assertThat(RedisAddress.parse("redis://ada:sesame@localhost")).hasToString("localhost:6379");
    }
}
