package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.app.Cart;
import java.net.MalformedURLException;
import java.util.List;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.test.agent.RuntimeHintsInvocations;
import org.springframework.aot.test.agent.RuntimeHintsRecorder;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** The application of {@link NativeHintsTest}: it uses sessions in many ways, and fails if a reflective call has no hint. */
@SuppressWarnings("removal") // As there.
final class RecordedApplication {

    static final String DONE = "Each reflective call has its hint";

    private RecordedApplication() {}

    public static void main(String[] arguments) {
        RuntimeHintsInvocations invocations = RuntimeHintsRecorder.record(() -> run(arguments[0], arguments[1]));
        RuntimeHints hints = new RuntimeHints();
        ClassLoader loader = RecordedApplication.class.getClassLoader();
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", loader)
                .load(RuntimeHintsRegistrar.class)
                .forEach(registrar -> registrar.registerHints(hints, loader));
        hints.reflection().registerType(Cart.class, MemberCategory.values()); // As the page tells applications to do.
        // The recorder has the names of the JVM for arrays of primitives, and does not know their hints by these.
        hints.reflection().registerType(TypeReference.of("[I")).registerType(TypeReference.of("[J"));
        invocations.assertThat().match(hints);
        assertThatThrownBy(() -> invocations.assertThat().match(new RuntimeHints()))
                .as("calls were recorded")
                .isInstanceOf(AssertionError.class);
        System.out.println(DONE);
        System.exit(0);
    }

    private static void run(String server, String port) {
        SpringCodec codec = SpringCodec.builder().build();
        try {
            SpringCodecTest.whatSpringStores().forEach(value -> codec.decode("a", codec.encode("a", value)));
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
        try (Node node = Node.start(
                "test.server=" + server, "spring.data.redis.port=" + port, "sojourn.redis.near-cache.enabled=true")) {
            Browser browser = new Browser(List.of(node));
            browser.signIn("ada", "secret");
            browser.submit("/public/set", "value=a");
            browser.submit("/public/cart", "item=tea");
            browser.submit("/public/flash");
            browser.submit("/logout");
        }
    }
}
