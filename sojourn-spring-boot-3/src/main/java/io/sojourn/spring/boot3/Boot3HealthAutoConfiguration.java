package io.sojourn.spring.boot3;

import io.sojourn.SessionManager;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The store in {@code /actuator/health} of Spring Boot 3.5; {@code management.health.sojourn.enabled=false} takes it out. */
@AutoConfiguration(after = SojournAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(SessionManager.class)
@ConditionalOnEnabledHealthIndicator("sojourn")
public class Boot3HealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "sojournHealthIndicator")
    HealthIndicator sojournHealthIndicator(SessionManager sessions) {
        return new Boot3HealthIndicator(sessions);
    }
}
