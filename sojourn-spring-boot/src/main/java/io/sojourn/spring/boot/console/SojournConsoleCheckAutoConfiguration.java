package io.sojourn.spring.boot.console;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Logs at the start why there is no console, or why no events are published, if properties ask for them. It needs neither of the modules
 * {@code sojourn-console} and {@code sojourn-admin}, since their absence is one of the reasons.
 */
@AutoConfiguration
class SojournConsoleCheckAutoConfiguration {

    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static ConsoleCheck sojournServletConsoleCheck(ConfigurableApplicationContext context) {
        return new ConsoleCheck(context, ConsoleCheck.Kind.SERVLET);
    }

    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static ConsoleCheck sojournWebFluxConsoleCheck(ConfigurableApplicationContext context) {
        return new ConsoleCheck(context, ConsoleCheck.Kind.WEBFLUX);
    }

    @Bean
    @ConditionalOnNotWebApplication
    static ConsoleCheck sojournNoWebConsoleCheck(ConfigurableApplicationContext context) {
        return new ConsoleCheck(context, ConsoleCheck.Kind.NO_WEB);
    }
}
