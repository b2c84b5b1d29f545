package io.sojourn.spring.boot.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.sojourn.micrometer.SojournMetrics;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Meters of the sessions, where {@code sojourn-micrometer} is on the class path and the application has a registry. They are
 * an observer of the sessions, and Spring Boot binds them to its registries.
 */
@AutoConfiguration(
        before = SojournAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass({SojournMetrics.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
public class SojournMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SojournMetrics sojournMetrics() {
        return new SojournMetrics();
    }
}
