package io.sojourn.example.springboot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Customers sign in by a form. Only operators may use the endpoints of Actuator, except for the health. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests -> requests.requestMatchers("/actuator/health/**")
                .permitAll()
                .requestMatchers("/actuator/**")
                .hasRole("OPERATOR")
                .anyRequest()
                .authenticated());
        http.formLogin(Customizer.withDefaults());
        http.logout(Customizer.withDefaults());
        return http.build();
    }

    /** For the example only: a real application keeps its users in a database, and their passwords hashed. */
    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada")
                        .password("{noop}secret")
                        .roles("CUSTOMER")
                        .build(),
                User.withUsername("bob")
                        .password("{noop}secret")
                        .roles("CUSTOMER")
                        .build(),
                User.withUsername("olga")
                        .password("{noop}secret")
                        .roles("OPERATOR")
                        .build());
    }
}
