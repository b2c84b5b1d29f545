package io.sojourn.benchmarks.boot;

import io.sojourn.benchmarks.http.CountersServlet;
import io.sojourn.benchmarks.peer.Samples;
import jakarta.servlet.http.HttpSession;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring MVC and Spring Security as they are by default. It knows only {@code HttpSession}, so it is the same for both. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BootApplication.Pages.class)
class BootApplication {

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests ->
                requests.requestMatchers("/counters").permitAll().anyRequest().authenticated());
        http.formLogin(Customizer.withDefaults());
        return http.build();
    }

    /** Everybody is a user, so that each sign-in can be another user's. */
    @Bean
    UserDetailsService users() {
        return name ->
                User.withUsername(name).password("{noop}secret").roles("USER").build();
    }

    @Bean
    ServletRegistrationBean<CountersServlet> counters() {
        return new ServletRegistrationBean<>(new CountersServlet(), "/counters");
    }

    /** Pages for signed-in users. */
    @RestController
    static class Pages {

        private static final String PAGE = "<!doctype html><title>Shop</title><p>" + "Nothing to see here. ".repeat(20);

        private final LongAdder changes = new LongAdder();

        @GetMapping("/create")
        String create(HttpSession session) {
            Samples.TEN.forEach(session::setAttribute);
            return PAGE;
        }

        @GetMapping("/read")
        String read(HttpSession session) {
            return PAGE + session.getAttribute(Samples.CHANGED);
        }

        @GetMapping("/write")
        String write(HttpSession session) {
            changes.increment();
            String page = Samples.page(changes.sum());
            session.setAttribute(Samples.CHANGED, page);
            return PAGE + page;
        }
    }
}
