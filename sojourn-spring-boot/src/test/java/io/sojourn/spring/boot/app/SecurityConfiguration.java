package io.sojourn.spring.boot.app;

import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.authentication.ott.InMemoryOneTimeTokenService;
import org.springframework.security.authentication.ott.OneTimeTokenService;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.security.web.authentication.SpringSessionRememberMeServices;

@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** As a table of a database would be: all nodes of a test share it. */
    private static final OneTimeTokenService ONE_TIME_TOKENS = new InMemoryOneTimeTokenService();

    @Bean
    SecurityFilterChain chain(HttpSecurity http, Environment environment) throws Exception {
        http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                        DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                .permitAll()
                .requestMatchers("/public/**", "/csrf", "/actuator/health/**")
                .permitAll()
                .anyRequest()
                .authenticated());
        http.formLogin(Customizer.withDefaults());
        http.logout(Customizer.withDefaults());
        if (environment.containsProperty("test.spring-session-remembers")) {
            http.rememberMe(remember -> remember.rememberMeServices(new SpringSessionRememberMeServices()));
        } else {
            http.rememberMe(remember -> remember.key("key of all nodes"));
        }
        http.oneTimeTokenLogin(login -> login.tokenGenerationSuccessHandler(
                        (request, response, token) -> response.getWriter().write(token.getTokenValue()))
                .tokenService(ONE_TIME_TOKENS));
        if (environment.containsProperty("test.passkeys")) {
            http.webAuthn(
                    passkeys -> passkeys.rpName("Shop").rpId("shop.example").allowedOrigins("http://shop.example"));
        }
        if (environment.containsProperty("test.issuer")) {
            http.oauth2Login(Customizer.withDefaults());
            http.oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()));
        }
        String maximum = environment.getProperty("test.maximum-sessions");
        if (maximum != null) {
            String expiredUrl = environment.getProperty("test.expired-url");
            http.sessionManagement(sessions -> {
                var concurrency = sessions.maximumSessions(Integer.parseInt(maximum))
                        .maxSessionsPreventsLogin(environment.getProperty("test.prevents-login", Boolean.class, false));
                if (expiredUrl != null) {
                    concurrency.expiredUrl(expiredUrl);
                }
            });
        }
        String limited = environment.getProperty("test.limited-user");
        if (limited != null) {
            http.sessionManagement(sessions -> sessions.sessionConcurrency(concurrency -> concurrency.maximumSessions(
                    (Authentication user) -> user.getName().equals(limited) ? 2 : -1)));
        }
        if (environment.containsProperty("test.invalid-session-url")) {
            http.sessionManagement(sessions ->
                    sessions.invalidSessionUrl(environment.getRequiredProperty("test.invalid-session-url")));
        }
        return http.build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada").password("{noop}secret").roles("USER").build(),
                User.withUsername("bob").password("{noop}secret").roles("USER").build(),
                User.withUsername("carol")
                        .password("{noop}secret")
                        .roles("USER")
                        .build());
    }
}
