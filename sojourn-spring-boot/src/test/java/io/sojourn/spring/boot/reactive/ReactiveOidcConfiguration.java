package io.sojourn.spring.boot.reactive;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.server.ServerOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.server.WebSessionServerOAuth2AuthorizedClientRepository;

/** A client of the authorization server at {@code test.issuer}. Its tokens are in the session, since nodes share that. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("test.issuer")
class ReactiveOidcConfiguration {

    @Bean
    ReactiveClientRegistrationRepository clients(Environment environment) {
        return new InMemoryReactiveClientRegistrationRepository(
                ClientRegistrations.fromOidcIssuerLocation(environment.getRequiredProperty("test.issuer"))
                        .registrationId("test")
                        .clientId("shop")
                        .clientSecret("client secret")
                        .scope("openid", "profile")
                        .build());
    }

    @Bean
    ServerOAuth2AuthorizedClientRepository authorizedClients() {
        return new WebSessionServerOAuth2AuthorizedClientRepository();
    }
}
