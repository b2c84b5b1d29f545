package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Site;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/** How often an object of an application's class is written or read by the codec in one request. */
class CodecPassesTest {

    @RegisterExtension
    static final Site site = new Site()
            .settings(settings ->
                    settings.codec(JacksonCodec.builder().allow(Cart.class).build()));

    private static final AtomicInteger PASSES = new AtomicInteger();

    /** It counts when one of its properties is written or read. */
    public static final class Cart {

        @JsonSerialize(using = CountingWriter.class)
        @JsonDeserialize(using = CountingReader.class)
        String content = "";

        @Override
        public boolean equals(Object other) {
            return other instanceof Cart cart && content.equals(cart.content);
        }

        @Override
        public int hashCode() {
            return content.hashCode();
        }
    }

    static final class CountingWriter extends ValueSerializer<String> {
        @Override
        public void serialize(String value, JsonGenerator generator, SerializationContext context) {
            PASSES.incrementAndGet();
            generator.writeString(value);
        }
    }

    static final class CountingReader extends ValueDeserializer<String> {
        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            PASSES.incrementAndGet();
            return parser.getString();
        }
    }

    @BeforeEach
    void forget() {
        PASSES.set(0);
    }

    private static Cart cart(String content) {
        Cart cart = new Cart();
        cart.content = content;
        return cart;
    }

    private static int passes(Handler page) {
        site.on("/", page);
        var visitor = site.visitor("before", "it");
        PASSES.set(0);
        assertThat(visitor.get("/").status()).isEqualTo(200);
        return PASSES.get();
    }

    @Test
    void anObjectThatIsSetOncePassesTheCodecFourTimes() {
        assertThat(passes((request, response) -> {
                    request.getSession().setAttribute("cart", cart("tea"));
                    response.getWriter().print("done");
                }))
                .isEqualTo(4);
    }

    @Test
    void aResponseThatLeavesBeforeTheEndCostsOneComparisonMore() {
        assertThat(passes((request, response) -> {
                    request.getSession().setAttribute("cart", cart("tea"));
                    response.getWriter().print("done");
                    response.flushBuffer();
                }))
                .isEqualTo(5);
    }

    @Test
    void anObjectThatIsReadOnlyPassesTheCodecTwice() {
        site.on("/read", (request, response) -> {
            Cart cart = (Cart) request.getSession().getAttribute("cart");
            response.getWriter().print(cart.content);
        });
        var visitor = site.visitor("cart", cart("tea"));
        PASSES.set(0);
        assertThat(visitor.get("/read").body()).isEqualTo("tea");
        assertThat(PASSES).hasValue(2);
    }
}
