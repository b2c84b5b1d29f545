package io.sojourn.spring.boot.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** What the log says at the start if properties of the console, or of events, have no effect. */
class ConsoleCheckTest {

    private static final String PATH = "sojourn.console.path=/ops/sessions";
    private static final AutoConfigurations ALL = AutoConfigurations.of(
            SojournConsoleAutoConfiguration.class,
            SojournEventsAutoConfiguration.class,
            SojournConsoleCheckAutoConfiguration.class);

    private final WebApplicationContextRunner servlets = new WebApplicationContextRunner().withConfiguration(ALL);
    private final ReactiveWebApplicationContextRunner webFlux =
            new ReactiveWebApplicationContextRunner().withConfiguration(ALL);

    /** Held, since a logger that is not may be lost with its handler. */
    private final Logger logger = Logger.getLogger("io.sojourn.console");

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private List<String> logged(AbstractApplicationContextRunner<?, ?, ?> application, String... properties) {
        logged.clear();
        application
                .withPropertyValues(properties)
                .run(context -> assertThat(context).hasNotFailed());
        return logged;
    }

    @Test
    void nothingIsLoggedIfNothingIsSet() {
        assertThat(logged(servlets)).isEmpty();
        assertThat(logged(webFlux, "sojourn.events.publish=true", "sojourn.console.path=false"))
                .isEmpty();
        assertThat(logged(servlets.withBean("sojournConsole", Object.class, Object::new), PATH))
                .isEmpty();
    }

    @Test
    void aWebFluxApplicationHasNoConsole() {
        assertThat(logged(webFlux, PATH))
                .singleElement()
                .asString()
                .startsWith("WARNING sojourn.console.path is set, but there is no console: ")
                .contains("WebFlux", "sojourn console");
    }

    @Test
    void withoutTheModuleThereIsNoConsole() {
        assertThat(logged(servlets.withClassLoader(new FilteredClassLoader("io.sojourn.console")), PATH))
                .singleElement()
                .asString()
                .startsWith("WARNING ")
                .contains("io.sojourn:sojourn-console");
    }

    @Test
    void withoutAPathTheOtherPropertiesDoNothing() {
        for (String property :
                List.of("role=OPERATOR", "allow-ending=true", "allowEnding=true", "hosts[0]=admin.example.com")) {
            assertThat(logged(servlets, "sojourn.console." + property))
                    .as(property)
                    .singleElement()
                    .asString()
                    .startsWith("WARNING sojourn.console.")
                    .contains("sojourn.console.path is missing")
                    .doesNotContain("OPERATOR", "admin.example.com");
        }
    }

    @Test
    void whatTheApplicationHasChosenIsNoWarning() {
        assertThat(logged(servlets, PATH, "sojourn.store=memory"))
                .singleElement()
                .asString()
                .startsWith("INFO ")
                .contains("sojourn.store is not redis");
        assertThat(logged(servlets, PATH, "sojourn.enabled=false"))
                .singleElement()
                .asString()
                .startsWith("INFO ")
                .contains("sojourn.enabled is false");
        ApplicationContextRunner worker = new ApplicationContextRunner().withConfiguration(ALL);
        assertThat(logged(worker, PATH, "sojourn.events.publish=true"))
                .hasSize(2)
                .allMatch(line -> line.startsWith("INFO ") && line.contains("no web application"));
    }

    @Test
    void withoutTheModuleNoEventsArePublished() {
        FilteredClassLoader without = new FilteredClassLoader("io.sojourn.admin", "io.sojourn.console");
        for (AbstractApplicationContextRunner<?, ?, ?> application : List.<AbstractApplicationContextRunner<?, ?, ?>>of(
                servlets.withClassLoader(without), webFlux.withClassLoader(without))) {
            assertThat(logged(application, "sojourn.events.publish=true"))
                    .singleElement()
                    .asString()
                    .startsWith("WARNING sojourn.events.publish is true, but this application publishes no events: ")
                    .contains("io.sojourn:sojourn-admin");
        }
    }
}
