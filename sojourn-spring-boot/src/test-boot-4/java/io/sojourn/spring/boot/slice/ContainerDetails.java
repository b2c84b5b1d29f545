package io.sojourn.spring.boot.slice;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** A Redis in a container, as Testcontainers' {@code @ServiceConnection} and Docker Compose tell of it. */
@Configuration(proxyBeanMethods = false)
public class ContainerDetails {

    @Bean
    DataRedisConnectionDetails redisContainer(Environment environment) {
        return new OfContainer(
                environment.getRequiredProperty("test.container.port", Integer.class),
                environment.getProperty("test.container.password", ""));
    }

    /** Neither class nor constructor are public, as those of Spring Boot. */
    private static final class OfContainer implements DataRedisConnectionDetails {

        private final int port;
        private final String password;

        OfContainer(int port, String password) {
            this.port = port;
            this.password = password;
        }

        @Override
        public String getPassword() {
            return password;
        }

        @Override
        public Standalone getStandalone() {
            return Standalone.of("127.0.0.1", port);
        }
    }
}
