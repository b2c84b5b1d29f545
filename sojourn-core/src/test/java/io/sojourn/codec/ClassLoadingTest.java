package io.sojourn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sojourn.UnreadableValueException;
import io.sojourn.codec.shop.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which classes are loaded, by which loader, and that no others are. */
class ClassLoadingTest {

    /** Tells what it was asked for, and has its own copies of the shop's classes, as a web application has. */
    private static final class Application extends ClassLoader {

        private final List<String> asked = new ArrayList<>();

        Application() {
            super(ClassLoadingTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            asked.add(name);
            if (!name.startsWith(Shop.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = Objects.requireNonNull(getResourceAsStream(file))) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException | NullPointerException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        Object newSquare() throws ReflectiveOperationException {
            Object circle = loadClass(Shop.Circle.class.getName())
                    .getConstructor(double.class)
                    .newInstance(1.0);
            Class<?> square = loadClass(Shop.Square.class.getName());
            return square.getConstructors()[0].newInstance(2.0, circle);
        }
    }

    private static <T> T in(@Nullable ClassLoader loader, Callable<T> action) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return action.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.sojourn.codec.ClassLoadingTest$Application",
                "com.sun.rowset.JdbcRowSetImpl",
                "javax.management.BadAttributeValueExpException",
                "java.lang.ProcessBuilder",
                "javax.naming.InitialContext",
                "org.springframework.context.support.ClassPathXmlApplicationContext",
                "io.sojourn.codec.shopping.Fake",
                "io.sojourn.codec.shop",
                "[Lio.sojourn.codec.shop.Shop$Item;",
                "io.sojourn.codec.shop.Shop$Item;",
                "io.sojourn.codec.shop../Trap",
                "io/sojourn/codec/shop/Shop$Item"
            })
    void aClassThatIsNotAllowedIsNotEvenAskedFor(String name) throws Exception {
        Application loader = new Application();
        JacksonCodec codec = in(
                loader,
                () -> JacksonCodec.builder()
                        .json()
                        .allow("io.sojourn.codec.shop")
                        .build());
        List<String> stored = List.of(
                "{\"@NAME\":{\"n\":1}}",
                "{\"NAME\":{\"n\":1}}",
                "{\"[]\":[\"@NAME[]\"]}",
                "{\"[]\":[\"NAME\"]}",
                "{\"EnumSet\":[\"@NAME\"]}",
                "{\"@io.sojourn.codec.shop.Shop$Box\":{\"content\":{\"@NAME\":{}}}}",
                "{\"@io.sojourn.codec.shop.Shop$Circle\":{\"@class\":\"NAME\",\"radius\":[\"NAME\",{}]}}");
        for (String json : stored) {
            byte[] bytes = json.replace("NAME", name).getBytes(UTF_8);
            assertThatExceptionOfType(UnreadableValueException.class)
                    .isThrownBy(() -> in(loader, () -> codec.decode("it", bytes)));
        }
        assertThat(loader.asked).doesNotContain(name, name.replace('/', '.'), "[L" + name + ";");
    }

    @Test
    void aClassThatIsAllowedIsAskedFor() throws Exception {
        Application loader = new Application();
        JacksonCodec codec = JacksonCodec.builder().json().allow(Shop.class).build();
        String json = "{\"@io.sojourn.codec.shop.Shop$Nothing\":{}}";
        in(loader, () -> codec.decode("it", json.getBytes(UTF_8)));
        assertThat(loader.asked).contains("io.sojourn.codec.shop.Shop$Nothing");
    }

    @Test
    void anAllowedClassIsLoadedByTheContextLoaderOfTheThreadThatReads() throws Exception {
        JacksonCodec codec =
                JacksonCodec.builder().allow("io.sojourn.codec.shop").build();
        byte[] encoded = codec.encode("it", new Shop.Square(2, new Shop.Circle(1)));
        Application first = new Application();
        Application second = new Application();
        for (Application application : List.of(first, second, first)) {
            Object decoded = in(application, () -> codec.decode("it", encoded));
            assertThat(decoded.getClass().getClassLoader()).isSameAs(application);
            assertThat(decoded).isEqualTo(application.newSquare()).isNotInstanceOf(Shop.Square.class);
        }
        assertThat(codec.decode("it", encoded)).isInstanceOf(Shop.Square.class);
    }

    @Test
    void eachDeploymentWritesItsOwnObjectsThroughASharedCodec() throws Exception {
        JacksonCodec codec =
                JacksonCodec.builder().allow("io.sojourn.codec.shop").build();
        byte[] expected = codec.encode("it", new Shop.Square(2, new Shop.Circle(1)));
        for (Application application : List.of(new Application(), new Application())) {
            Object square = application.newSquare();
            assertThat(in(application, () -> codec.encode("it", square))).isEqualTo(expected);
        }
    }

    /** A thread of a pool that the application did not make has a context loader that knows nothing of it. */
    @Test
    void aThreadWhoseContextLoaderDoesNotKnowTheClassFindsItAllTheSame() throws Exception {
        Application application = new Application();
        JacksonCodec byContext = in(
                application,
                () -> JacksonCodec.builder().allow("io.sojourn.codec.shop").build());
        JacksonCodec byClass = JacksonCodec.builder()
                .allow(application.loadClass(Shop.class.getName()))
                .build();
        for (JacksonCodec codec : List.of(byContext, byClass)) {
            Object square = application.newSquare();
            byte[] encoded = in(application, () -> codec.encode("it", square));
            Object decoded = in(ClassLoader.getPlatformClassLoader(), () -> codec.decode("it", encoded));
            assertThat(decoded).isEqualTo(square);
        }
    }

    @Test
    void withoutAContextLoaderTheSystemLoaderIsAsked() throws Exception {
        JacksonCodec codec = JacksonCodec.builder().allow(Shop.class).build();
        byte[] encoded = codec.encode("it", new Shop.Circle(1));
        assertThat(in(null, () -> codec.decode("it", encoded))).isEqualTo(new Shop.Circle(1));
    }
}
