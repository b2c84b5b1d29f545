package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The programs with which the README starts do what they say. The one for Ring is run by the tests of sojourn-ring. The WAR is that of
 * the start page, which {@code ./release --try} builds and runs; {@code WarTest} of sojourn-servlet has one with nothing but the
 * environment variable, too.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // Two applications with Spring Boot, on a machine that may be busy.
class StartTest {

    private static final RedisServer redis = RedisServers.start();

    @TempDir
    Path classes;

    /** What stands in for an application of one class; Spring Security is on the class path for other pages. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        SecurityFilterChain everybody(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(all -> all.anyRequest().permitAll())
                    .build();
        }
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static CodeBlock block(String containing) {
        return Page.named("README.md").blocks().stream()
                .filter(block -> block.text().contains(containing))
                .findFirst()
                .orElseThrow();
    }

    private URLClassLoader compiled(CodeBlock block) throws IOException {
        assertThat(new JavaSnippet(block).compile(classes)).isEmpty();
        return new URLClassLoader(
                new java.net.URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    @Test
    void springBootApplicationCountsVisitsOnTwoNodes() throws Exception {
        try (URLClassLoader loader = compiled(block("@RestController"));
                ConfigurableApplicationContext one = start(loader);
                ConfigurableApplicationContext other = start(loader)) {
            HttpResponse<String> first = visit(one, "");
            assertThat(first.body()).isEqualTo("Visits: 1");
            String cookie =
                    first.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
            assertThat(visit(other, cookie).body()).isEqualTo("Visits: 2");
            assertThat(visit(one, cookie).body()).isEqualTo("Visits: 3");
            assertThat(visit(one, "").body()).isEqualTo("Visits: 1");
        }
    }

    private static ConfigurableApplicationContext start(ClassLoader loader) throws ClassNotFoundException {
        SpringApplication application = new SpringApplication(Application.class, loader.loadClass("snippet.Visits"));
        application.setRegisterShutdownHook(false);
        return application.run(
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--spring.main.web-application-type=servlet",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redis.port());
    }

    private static HttpResponse<String> visit(ConfigurableApplicationContext node, String cookie)
            throws IOException, InterruptedException {
        String port = node.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("Cookie", cookie)
                .timeout(Duration.ofSeconds(20))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void warHasTheDependenciesAndCommandsThatAReleaseIsTriedWith() {
        String start = Page.named("docs/start.md").text();
        String tried = start.substring(start.indexOf("## A WAR on Tomcat"), start.indexOf("## Clojure Ring"));
        List<String> dependencies =
                matches("<dependency>.*?</dependency>", block("sojourn-servlet").text());
        assertThat(dependencies).hasSize(2);
        assertThat(tried.replaceAll("\\s", "")).contains(dependencies);
        List<String> commands =
                matches("(?<=^\\$ |&& ).*?(?= &&|$)", block("catalina.sh").text());
        assertThat(commands).hasSize(3);
        assertThat(tried.lines())
                .containsSubsequence(commands.stream().map("$ "::concat).toList());
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void plainProgramCountsVisits() throws Exception {
        CodeBlock written = block("static String visit");
        CodeBlock here = new CodeBlock(
                written.page(), written.line(), "java", written.text().replace("redis://localhost", redis.uri()));
        try (URLClassLoader loader = compiled(here);
                RedisStore store = RedisStore.connect(redis.uri())) {
            Method visit = loader.loadClass("snippet.Visits").getDeclaredMethod("visit", String.class);
            visit.setAccessible(true);
            String cookie = (String) visit.invoke(null, "");
            assertThat(visit.invoke(null, cookie)).isEqualTo(cookie);
            assertThat(SessionManager.create(store).find(cookie).orElseThrow().get("visits", Integer.class))
                    .hasValue(2);
        }
    }
}
