package io.sojourn.spring.boot;

import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import io.sojourn.spring.webflux.SojournWebSessionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
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

    @Bean
    ServletSessionProperties sojournReactiveSessionProperties(Environment environment) {
        return ServletSessionProperties.ofReactive(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    SessionCookie sojournCookie(
            SojournProperties properties, Environment environment, ServletSessionProperties reactive) {
        return SessionCookies.of(environment, true, reactive.cookie(), properties.getCookie());
    }

    @Bean(WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
    @ConditionalOnMissingBean(name = WebHttpHandlerBuilder.WEB_SESSION_MANAGER_BEAN_NAME)
    SojournWebSessionManager sojournWebSessionManager(
            SessionManager manager,
            SessionCookie cookie,
            SojournProperties properties,
            ObjectProvider<SojournWebSessionManagerCustomizer> customizers) {
        SojournWebSessionManager.Builder sessions =
                SojournWebSessionManager.builder(manager).cookie(cookie).onOutage(properties.getOnOutage());
        customizers.orderedStream().forEach(customizer -> customizer.customize(sessions));
        return sessions.build();
    }
}
