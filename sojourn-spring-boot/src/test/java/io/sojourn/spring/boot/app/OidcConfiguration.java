package io.sojourn.spring.boot.app;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;

/** A client of the authorization server at {@code test.issuer}, by OpenID Connect and by OAuth 2 alone. Its tokens are in the session, since nodes share that. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("test.issuer")
class OidcConfiguration {

    @Bean
    ClientRegistrationRepository clients(Environment environment) {
        ClientRegistration oidc = ClientRegistrations.fromOidcIssuerLocation(
                        environment.getRequiredProperty("test.issuer"))
                .registrationId("test")
                .clientId("shop")
                .clientSecret("client secret")
                .scope("openid", "profile")
                .build();
        ClientRegistration plain = ClientRegistration.withClientRegistration(oidc)
                .registrationId("plain")
                .scope("profile")
                .build();
        return new InMemoryClientRegistrationRepository(oidc, plain);
    }

    @Bean
    OAuth2AuthorizedClientRepository authorizedClients() {
        return new HttpSessionOAuth2AuthorizedClientRepository();
    }
}
