package io.sojourn.spring.boot;

import io.sojourn.SessionManager;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.boot.reactive.ReactiveApplication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.SpringVersion;

/** One node of the application, in this JVM, on a free port. */
final class Node implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private Node(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param properties as on the command line, without the dashes */
    static Node start(String... properties) {
        return start(List.of(TestApplication.class), properties);
    }

    /** A node of the WebFlux application, on Netty. */
    static Node startReactive(String... properties) {
        String[] more = Arrays.copyOf(properties, properties.length + 2);
        more[properties.length] = "spring.main.web-application-type=reactive";
        more[properties.length + 1] = "test.server=netty";
        return start(List.of(ReactiveApplication.class), more);
    }

    static Node start(List<Class<?>> sources, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--server.forward-headers-strategy=framework",
                "--spring.main.banner-mode=off",
                "--spring.jmx.enabled=false",
                "--sojourn.allowed-types=io.sojourn.spring.boot.app"));
        Arrays.stream(properties).map(property -> "--" + property).forEach(arguments::add);
        SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
        application.setRegisterShutdownHook(false);
        application.addInitializers(new ChosenServer());
        return new Node(application.run(arguments.toArray(String[]::new)));
    }

    /** Whether this is Spring Boot 4, rather than 3.5. */
    static boolean isBoot4() {
        return Objects.requireNonNull(SpringVersion.getVersion()).startsWith("7.");
    }

    int port() {
        return Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    SessionManager sessions() {
        return bean(SessionManager.class);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        context.close();
    }
}
