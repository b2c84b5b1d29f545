package io.sojourn.spring.boot.session;

import io.sojourn.spring.boot.SojournAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Logs at the start which beans and properties of the application have no effect, because they configure Spring Session or Spring Data
 * Redis. It needs neither of them.
 */
@AutoConfiguration(after = SojournAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
class SojournUnusedSettingsAutoConfiguration {

    @Bean
    static UnusedSettings sojournUnusedSettings(ConfigurableApplicationContext context) {
        return new UnusedSettings(context);
    }
}
