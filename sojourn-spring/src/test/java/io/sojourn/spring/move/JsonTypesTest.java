package io.sojourn.spring.move;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.UnreadableValueException;
import io.sojourn.spring.SpringCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that names a class which is not allowed is not given to a deserializer, wherever the name stands. */
class JsonTypesTest {

    private static final SpringCodec CODEC =
            SpringCodec.builder().allow("com.acme.shop").build();

    private static void require(String json) {
        JsonTypes.requirePermitted("cart", json.getBytes(StandardCharsets.UTF_8), CODEC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"@class\":\"java.lang.ProcessBuilder\",\"command\":[\"id\"]}",
                "[\"javax.naming.InitialContext\",{}]",
                "{\"java.lang.ProcessBuilder\":{}}",
                "{\"@class\":\"java.util.ArrayList\",\"a\":[\"java.util.HashMap\",{\"b\":[\"java.lang.Runtime\",{}]}]}",
                "[\"[Ljava.lang.ProcessBuilder;\",[]]",
                "[\"java.util.ArrayList<java.lang.ProcessBuilder>\",[]]",
                "[\"java.util.HashMap<java.lang.String, java.lang.ProcessBuilder>\",{}]",
                "{\"\\u0040class\":\"\\u006aava.lang.ProcessBuilder\"}",
                "{\"@class\":\" java.lang.ProcessBuilder \"}",
                "{\"@class\":\"javax.sql.rowset.BaseRowSet\"}",
                "{\"inner\":\"{ \\\"@class\\\" : \\\"java.lang.ProcessBuilder\\\" }\"}"
            })
    void hostileTypesAreRefused(String json) {
        assertThatThrownBy(() -> require(json))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageContaining("cart")
                .hasMessageContaining("sojourn.allowed-types");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\"",
                "12",
                "null",
                "[\"java.util.ArrayList\",[\"java.lang.Long\",1]]",
                "{\"@class\":\"com.acme.shop.Cart\",\"com.acme.shop.Item\":1}",
                "{\"@class\":\"org.springframework.security.core.context.SecurityContextImpl\"}",
                "{\"url\":\"https://shop.example.org/a.b.c\",\"host\":\"shop.example.org\"}",
                "\"A user wrote: java.lang.Runtime is a class\"",
                "{\"gone\":\"com.gone.Class\"}"
            })
    void valuesAreTaken(String json) {
        assertThatCode(() -> require(json)).doesNotThrowAnyException();
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> require("\u0000\u0001")).isInstanceOf(UnreadableValueException.class);
        assertThatThrownBy(() -> require("[".repeat(100_000))).isInstanceOf(UnreadableValueException.class);
    }
}
