package io.sojourn.spring.boot.app;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.webauthn.management.MapPublicKeyCredentialUserEntityRepository;
import org.springframework.security.web.webauthn.management.MapUserCredentialRepository;
import org.springframework.security.web.webauthn.management.PublicKeyCredentialUserEntityRepository;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;

/** Where passkeys are kept: as tables of a database would be, all nodes of a test share them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("test.passkeys")
class PasskeyConfiguration {

    private static final UserCredentialRepository CREDENTIALS = new MapUserCredentialRepository();
    private static final PublicKeyCredentialUserEntityRepository USERS =
            new MapPublicKeyCredentialUserEntityRepository();

    @Bean
    UserCredentialRepository credentials() {
        return CREDENTIALS;
    }

    @Bean
    PublicKeyCredentialUserEntityRepository userEntities() {
        return USERS;
    }
}
