package io.sojourn.spring.boot.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.sojourn.spring.boot.session.SojournMoveAutoConfiguration;
import io.sojourn.spring.move.SpringSessionMove;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Meters of the move from Spring Session, while it goes on. Spring Boot binds them to the registries of the application. */
@AutoConfiguration(after = SojournMoveAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(SpringSessionMove.class)
public class SpringSessionMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SpringSessionMeters sojournSpringSessionMeters(SpringSessionMove move) {
        return new SpringSessionMeters(move);
    }
}
