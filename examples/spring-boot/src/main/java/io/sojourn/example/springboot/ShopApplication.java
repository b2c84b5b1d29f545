package io.sojourn.example.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * A small shop whose customers sign in. No class here sets up sessions: the starter is in the {@code pom.xml}, and {@code
 * application.properties} says where Redis is.
 *
 * <pre>{@code java -jar target/sojourn-example-spring-boot.jar --server.port=8081}</pre>
 */
@SpringBootApplication
public class ShopApplication {

    /** Starts a node. */
    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }
}
