package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.reactive.ReactiveApplication;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.ClassUtils;

/** A WebFlux application has no Servlet API on its class path. */
class WithoutServletApiTest {

    private static final Pattern OF_SERVLETS = Pattern.compile(
            "(jakarta\\.servlet|tomcat|jetty|undertow|spring-webmvc|spring-websocket|spring-boot-(tomcat|jetty|servlet|webmvc|websocket)).*");

    @Test
    void userSignsInAndTheSessionIsReadBack() throws Exception {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(path ->
                        !OF_SERVLETS.matcher(path.getFileName().toString()).matches())
                .map(WithoutServletApiTest::url)
                .toArray(URL[]::new);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            assertThat(ClassUtils.isPresent("jakarta.servlet.Servlet", loader)).isFalse();
            Object seen = loader.loadClass(Visit.class.getName())
                    .getDeclaredMethod("run")
                    .invoke(null);
            assertThat(seen).isEqualTo("hello ada");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (java.net.MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What happens in the class loader without servlets. */
    public static final class Visit {

        private Visit() {}

        /** The page that a signed-in user sees. */
        public static String run() {
            try (Node node = Node.start(
                    List.of(ReactiveApplication.class),
                    "sojourn.store=memory",
                    "sojourn.token-header=X-Auth-Token",
                    "test.server=netty")) {
                Browser browser = new Browser(List.of(node));
                browser.signIn("ada", "secret");
                return browser.get("/private").body();
            }
        }
    }
}
