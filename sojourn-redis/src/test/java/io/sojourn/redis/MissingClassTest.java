package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionSettings;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest Lettuce and Jackson, beside a Netty and annotations that are too old for them: each lacks one class. */
class MissingClassTest {

    @ParameterizedTest
    @ValueSource(strings = {"redis://127.0.0.1:1", "redis-cluster://127.0.0.1:1"})
    void theStoreNamesTheVersionsOfLettuceAndNetty(String uri) throws Exception {
        try (WithoutClass loader = new WithoutClass("io.netty.channel.MultiThreadIoEventLoopGroup")) {
            Function<String, Object> connect = loader.load(Connect.class);
            assertThatThrownBy(() -> connect.apply(uri))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "Lettuce 7\\..* does not work with Netty 4\\..*MultiThreadIoEventLoopGroup is missing.*"
                                    + "need Netty 4\\.2.*sojourn-bom.*");
        }
    }

    /** What annotations 2.20 and 2.21 lack; the second one is looked for only when an object is written. */
    @ParameterizedTest
    @ValueSource(strings = {"JsonSerializeAs", "JsonApplyView"})
    void theCodecNamesTheVersionsOfJackson(String missing) throws Exception {
        try (WithoutClass loader = new WithoutClass("com.fasterxml.jackson.annotation." + missing)) {
            Function<String, Object> settings = loader.load(Settings.class);
            for (int time = 1; time <= 2; time++) {
                assertThatThrownBy(() -> settings.apply(""))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(missing + " is missing")
                        .hasMessageContaining("jackson-databind 3.2.2")
                        .hasMessageContaining("3.2 needs annotations 2.22")
                        .hasMessageContaining("sojourn-bom");
            }
        }
    }

    /** Loaded by the class loader below. */
    public static final class Connect implements Function<String, Object> {
        @Override
        public Object apply(String uri) {
            return RedisStore.connect(uri);
        }
    }

    /** Loaded by the class loader below. */
    public static final class Settings implements Function<String, Object> {
        @Override
        public Object apply(String nothing) {
            return SessionSettings.defaults();
        }
    }

    /** The class path of this test, but for one class. */
    private static final class WithoutClass extends URLClassLoader {
        private final String missing;

        WithoutClass(String missing) {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.missing = missing;
        }

        @SuppressWarnings("unchecked") // Both of them are functions of a string.
        Function<String, Object> load(Class<? extends Function<String, Object>> type)
                throws ReflectiveOperationException {
            return (Function<String, Object>)
                    loadClass(type.getName()).getDeclaredConstructor().newInstance();
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(missing)) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }

        private static URL[] classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .map(WithoutClass::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }
}
