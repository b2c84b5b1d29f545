package io.sojourn.spring.boot.console;

import io.sojourn.SessionSettings;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.ConsoleServlet;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.util.Assert;

/** Mounts the console at {@code sojourn.console.path}, for the users that the application names. */
@AutoConfiguration(after = SojournAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(ConsoleServlet.class)
@ConditionalOnBean({SessionStore.class, SessionSettings.class})
@ConditionalOnProperty(prefix = "sojourn.console", name = "path")
@ConditionalOnProperty(prefix = "sojourn", name = "store", havingValue = "redis", matchIfMissing = true)
@EnableConfigurationProperties(SojournConsoleProperties.class)
public class SojournConsoleAutoConfiguration {

    private static final Logger LOG = System.getLogger("io.sojourn.console");

    @Bean
    @ConditionalOnMissingBean
    SessionAdmin sojournSessionAdmin(
            SessionStore store, SessionSettings settings, SojournConsoleProperties properties) {
        RedisStore redis = store.unwrap(RedisStore.class)
                .orElseThrow(
                        () -> new IllegalStateException(
                                "sojourn.console.path is set, but the console needs sessions in Redis: set sojourn.store=redis, or remove the path"));
        return SessionAdmin.builder(redis)
                .store(store)
                .settings(settings)
                .showValues(properties.isShowValues())
                .build();
    }

    @Bean
    ServletRegistrationBean<ConsoleServlet> sojournConsole(
            SessionAdmin admin, SojournConsoleProperties properties, ObjectProvider<ConsoleOperators> operators) {
        ConsoleOperators names = operators.getIfAvailable(() -> byRole(properties.getRole()));
        ConsoleServlet.Builder console = ConsoleServlet.builder(admin, names::nameOf)
                .allowEnding(properties.isAllowEnding())
                .showValues(properties.isShowValues());
        properties.getHosts().forEach(console::host);
        ServletRegistrationBean<ConsoleServlet> servlet =
                new ServletRegistrationBean<>(console.build(), pattern(properties));
        servlet.setName("sojournConsole");
        return servlet;
    }

    private static ConsoleOperators byRole(@Nullable String role) {
        if (role == null) {
            LOG.log(
                    Level.WARNING,
                    "The console answers every request with 403: nothing says who may see it. Set sojourn.console.role, or"
                            + " define a bean of type ConsoleOperators");
            return request -> null;
        }
        return request -> request.isUserInRole(role) ? request.getRemoteUser() : null;
    }

    /** A path of one part or more: at {@code /}, the console would take the place of the application. */
    private static String pattern(SojournConsoleProperties properties) {
        String path = String.valueOf(properties.getPath());
        Assert.state(
                path.matches("(/[A-Za-z0-9._~-]+)+") && !path.contains("/."),
                () -> "sojourn.console.path must be a path such as /ops/sessions, without a slash at its end, not "
                        + path);
        return path + "/*";
    }

    /** The console protects itself against CSRF, with a header that no form can send, and sends no token of Spring Security. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CsrfFilter.class)
    static class WithSpringSecurity {

        @Bean
        FilterRegistrationBean<Filter> sojournConsoleCsrf(SojournConsoleProperties properties) {
            FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
                HttpServletRequest asked = (HttpServletRequest) request;
                if ("sojournConsole".equals(asked.getHttpServletMapping().getServletName())) {
                    CsrfFilter.skipRequest(asked);
                }
                chain.doFilter(request, response);
            });
            filter.setName("sojournConsoleCsrf");
            filter.addUrlPatterns(pattern(properties));
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 60); // Before Spring Security.
            return filter;
        }
    }
}
