package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Site;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A class of the application that lies in the session changes with a deploy: the old and the new version of it, each in a
 * class loader of its own, read what the other has written.
 */
@Tag("slow")
class RedeployTest {

    private static final String OLD = """
            package shop;
            public class Cart implements java.io.Serializable {
                private static final long serialVersionUID = 1L;
                public String tea = "oolong";
            }
            """;

    /** One field more. */
    private static final String GROWN = """
            package shop;
            public class Cart implements java.io.Serializable {
                private static final long serialVersionUID = 1L;
                public String tea = "oolong";
                public String biscuits = "shortbread";
            }
            """;

    /** Nothing in common but the name. */
    private static final String ANOTHER = """
            package shop;
            public class Cart implements java.io.Serializable {
                private static final long serialVersionUID = 2L;
                public int[] tea = {1, 2};
            }
            """;

    private static final RedisServer REDIS = RedisServers.start();

    @RegisterExtension
    static final Site jackson = site(JacksonCodec.builder().allow("shop").build());

    @RegisterExtension
    static final Site serial =
            site(JavaSerializationCodec.builder().allow("shop").build());

    @TempDir
    static Path folder;

    private static ClassLoader old;
    private static ClassLoader grown;
    private static ClassLoader another;

    private static Site site(AttributeCodec codec) {
        return new Site(Site.patientStore(REDIS.uri())).settings(settings -> settings.codec(codec));
    }

    @BeforeAll
    static void compile() throws IOException {
        old = compiled("old", OLD);
        grown = compiled("grown", GROWN);
        another = compiled("another", ANOTHER);
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    private static ClassLoader compiled(String version, String source) throws IOException {
        Path classes = Files.createDirectories(folder.resolve(version));
        Path file = Files.writeString(classes.resolve("Cart.java"), source);
        int failures =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), file.toString());
        assertThat(failures).isZero();
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, RedeployTest.class.getClassLoader());
    }

    static Stream<Arguments> deploys() {
        return Stream.of(jackson, serial)
                .flatMap(site -> Stream.of(
                        Arguments.of(site, old, grown, true),
                        Arguments.of(site, grown, old, true),
                        Arguments.of(site, old, another, false),
                        Arguments.of(site, another, old, false)));
    }

    /** As the container has it, in an application of that version. */
    private static Handler in(ClassLoader version, Handler page) {
        return (request, response) -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(version);
            try {
                page.handle(request, response);
                response.flushBuffer();
            } finally {
                thread.setContextClassLoader(before);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("deploys")
    void valueIsOfTheClassThatItsReaderKnowsOrAbsent(
            Site site, ClassLoader writer, ClassLoader reader, boolean isBridged) throws Exception {
        Object cart = writer.loadClass("shop.Cart").getConstructor().newInstance();
        site.on("/", in(writer, (request, response) -> request.getSession().setAttribute("cart", cart)));
        Browser browser = site.browser();
        assertThat(browser.get("/").cookies()).hasSize(1);

        Class<?> known = reader.loadClass("shop.Cart");
        site.on("/", in(reader, (request, response) -> {
            Object read = request.getSession().getAttribute("cart");
            if (isBridged) {
                assertThat(read).isInstanceOf(known);
            } else if (read != null) {
                assertThat(read).isInstanceOf(known);
            }
            request.getSession().setAttribute("other", 1);
        }));
        assertThat(browser.get("/").status()).isEqualTo(200);

        Class<?> written = writer.loadClass("shop.Cart");
        site.on(
                "/",
                in(
                        writer,
                        (request, response) -> assertThat(Objects.requireNonNull(
                                        request.getSession().getAttribute("cart")))
                                .isInstanceOf(written)));
        assertThat(browser.get("/").status()).isEqualTo(200);
    }
}
