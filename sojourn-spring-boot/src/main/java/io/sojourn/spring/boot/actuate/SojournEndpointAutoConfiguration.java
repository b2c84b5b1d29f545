package io.sojourn.spring.boot.actuate;

import io.sojourn.SessionManager;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import io.sojourn.spring.boot.SojournProperties;
import io.sojourn.spring.move.SpringSessionMove;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The endpoints {@code sojourn} and {@code sessions}. Spring Boot's own {@code sessions}, which needs a repository of Spring
 * Session, goes before ours.
 */
@AutoConfiguration(
        after = SojournAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.session.autoconfigure.SessionsEndpointAutoConfiguration",
            "org.springframework.boot.session.autoconfigure.endpoint.SessionsEndpointAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.session.SessionsEndpointAutoConfiguration"
        })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean({SessionManager.class, SojournProperties.class})
public class SojournEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(SessionStore.class)
    @ConditionalOnAvailableEndpoint(endpoint = SojournEndpoint.class)
    SojournEndpoint sojournEndpoint(
            SessionStore store,
            SessionManager sessions,
            SojournProperties properties,
            ObjectProvider<SpringSessionMove> move) {
        return new SojournEndpoint(store, sessions, properties, move.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean(
            value = SojournSessionsEndpoint.class,
            type = {
                "org.springframework.boot.session.endpoint.SessionsEndpoint",
                "org.springframework.boot.session.actuate.endpoint.SessionsEndpoint",
                "org.springframework.boot.actuate.session.SessionsEndpoint",
                "org.springframework.boot.session.endpoint.ReactiveSessionsEndpoint",
                "org.springframework.boot.session.actuate.endpoint.ReactiveSessionsEndpoint",
                "org.springframework.boot.actuate.session.ReactiveSessionsEndpoint"
            })
    @ConditionalOnAvailableEndpoint(endpoint = SojournSessionsEndpoint.class)
    SojournSessionsEndpoint sojournSessionsEndpoint(SessionManager sessions) {
        return new SojournSessionsEndpoint(sessions);
    }
}
