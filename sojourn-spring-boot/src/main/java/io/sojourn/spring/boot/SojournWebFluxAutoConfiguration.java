package io.sojourn.spring.boot;

import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import io.sojourn.spring.webflux.SojournReactiveOidcSessionRegistry;
import io.sojourn.spring.webflux.SojournReactiveSessionRegistry;
import io.sojourn.spring.webflux.SojournWebSessionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.core.session.ReactiveSessionRegistry;
import org.springframework.security.oauth2.client.oidc.server.session.ReactiveOidcSessionRegistry;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/** WebFlux's sessions, with the cookie of Spring Boot's properties. */
@AutoConfiguration(
        before = SojournAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
            "org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(
        name = {"org.springframework.web.server.WebSession", "io.sojourn.spring.webflux.SojournWebSessionManager"})
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
public class SojournWebFluxAutoConfiguration {

    private static final String MOVE = "sojourn.spring-session.mode";

    @Bean
    ServletSessionProperties sojournReactiveSessionProperties(Environment environment) {
        return ServletSessionProperties.ofReactive(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    SessionCookie sojournCookie(
            SojournProperties properties, Environment environment, ServletSessionProperties reactive) {
        return SessionCookies.of(
                reactive.cookie(),
                properties.getCookie(),
                environment.getProperty("spring.webflux.base-path", ""),
                "server.reactive");
    }

    @Bean(WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
    @ConditionalOnMissingBean(name = WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
    SojournWebSessionManager sojournWebSessionManager(
            SessionManager manager,
            SessionCookie cookie,
            SojournProperties properties,
            Environment environment,
            ObjectProvider<SojournWebSessionManagerCustomizer> customizers) {
        String mode = environment.getProperty(MOVE, "off");
        if (!mode.equalsIgnoreCase("off") && !mode.equals("false")) { // YAML reads off as false.
            throw new IllegalStateException(
                    MOVE + "=" + mode + " moves the sessions of servlet applications alone, and this"
                            + " is a WebFlux application. Remove the property; then users have to sign in again.");
        }
        SojournWebSessionManager.Builder sessions =
                SojournWebSessionManager.builder(manager).cookie(cookie).onOutage(properties.getOnOutage());
        properties
                .usedTokenHeader()
                .ifPresent(properties.isTokenHeaderOnly() ? sessions::tokenHeader : sessions::tokenHeaderOrCookie);
        customizers.orderedStream().forEach(customizer -> customizer.customize(sessions));
        return sessions.build();
    }

    /** {@code maximumSessions} counts the sessions of all nodes. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.security.core.session.ReactiveSessionRegistry")
    static class Registry {

        @Bean
        @ConditionalOnMissingBean(ReactiveSessionRegistry.class)
        SojournReactiveSessionRegistry sojournReactiveSessionRegistry(SessionManager manager) {
            return new SojournReactiveSessionRegistry(manager);
        }
    }

    /** Back-channel logout ends sessions on every node. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = "org.springframework.security.oauth2.client.oidc.server.session.ReactiveOidcSessionRegistry")
    static class OidcRegistry {

        @Bean
        @ConditionalOnMissingBean(ReactiveOidcSessionRegistry.class)
        SojournReactiveOidcSessionRegistry sojournReactiveOidcSessionRegistry(SessionManager manager) {
            return new SojournReactiveOidcSessionRegistry(manager);
        }
    }
}
