package io.sojourn.spring.boot.reactive;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.PreventLoginServerMaximumSessionsExceededHandler;
import org.springframework.security.web.server.authentication.SessionLimit;

@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class ReactiveSecurityConfiguration {

    @Bean
    SecurityWebFilterChain chain(ServerHttpSecurity http, Environment environment) {
        http.authorizeExchange(exchanges -> exchanges
                .pathMatchers("/public/**", "/csrf")
                .permitAll()
                .anyExchange()
                .authenticated());
        http.formLogin(Customizer.withDefaults());
        http.logout(Customizer.withDefaults());
        if (environment.containsProperty("test.issuer")) {
            http.oauth2Login(Customizer.withDefaults());
            http.oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()));
        }
        String maximum = environment.getProperty("test.maximum-sessions");
        if (maximum != null) {
            http.sessionManagement(sessions -> sessions.concurrentSessions(concurrent -> {
                concurrent.maximumSessions(SessionLimit.of(Integer.parseInt(maximum)));
                if (environment.getProperty("test.prevents-login", Boolean.class, false)) {
                    concurrent.maximumSessionsExceededHandler(new PreventLoginServerMaximumSessionsExceededHandler());
                }
            }));
        }
        return http.build();
    }

    @Bean
    MapReactiveUserDetailsService users() {
        return new MapReactiveUserDetailsService(
                User.withUsername("ada").password("{noop}secret").roles("USER").build(),
                User.withUsername("bob").password("{noop}secret").roles("USER").build());
    }
}
