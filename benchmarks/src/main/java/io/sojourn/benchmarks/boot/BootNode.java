package io.sojourn.benchmarks.boot;

import java.net.URI;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The server process: the application on a free port, which it prints. Ends with its standard input. */
final class BootNode {

    private BootNode() {}

    /** Takes the system and the URI of Redis. */
    @SuppressWarnings("SystemOut") // It is how the parent process learns of the port.
    public static void main(String[] arguments) throws Exception {
        BootSystem system = BootSystem.named(arguments[0]);
        URI redis = URI.create(arguments[1]);
        ConfigurableApplicationContext context = new SpringApplication(system.sources())
                .run(
                        system.argument(),
                        "--server.address=127.0.0.1",
                        "--server.port=0",
                        "--server.tomcat.max-keep-alive-requests=-1",
                        "--server.tomcat.keep-alive-timeout=-1", // While it is the other's turn.
                        "--server.tomcat.connection-timeout=-1",
                        "--spring.main.banner-mode=off",
                        "--sojourn.redis.timeout=20s", // On a busy machine; Spring's waits for a minute by itself.
                        "--spring.data.redis.host=" + redis.getHost(),
                        "--spring.data.redis.port=" + redis.getPort());
        System.out.println(Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
        while (System.in.read() >= 0) {
            // Wait for the parent to go.
        }
        System.exit(0);
    }
}
