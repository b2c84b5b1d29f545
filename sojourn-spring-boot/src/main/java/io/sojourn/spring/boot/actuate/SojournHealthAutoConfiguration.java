package io.sojourn.spring.boot.actuate;

import io.sojourn.SessionManager;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The store in {@code /actuator/health} of Spring Boot 4; {@code management.health.sojourn.enabled=false} takes it out. */
@AutoConfiguration(after = SojournAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(SessionManager.class)
@ConditionalOnEnabledHealthIndicator("sojourn")
public class SojournHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "sojournHealthIndicator")
    HealthIndicator sojournHealthIndicator(SessionManager sessions) {
        return new SojournHealthIndicator(sessions);
    }
}
