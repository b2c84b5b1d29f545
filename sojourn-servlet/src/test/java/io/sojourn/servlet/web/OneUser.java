package io.sojourn.servlet.web;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import java.security.Principal;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows the user of {@link WebApplication}. */
final class OneUser implements IdentityManager {

    private record User(String name) implements Account, Principal {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Principal getPrincipal() {
            return this;
        }

        @Override
        public Set<String> getRoles() {
            return Set.of();
        }
    }

    @Override
    public Account verify(Account account) {
        return account;
    }

    @Override
    public @Nullable Account verify(String id, Credential credential) {
        boolean known = id.equals(WebApplication.USER)
                && credential instanceof PasswordCredential password
                && Arrays.equals(password.getPassword(), WebApplication.PASSWORD.toCharArray());
        return known ? new User(id) : null;
    }

    @Override
    public @Nullable Account verify(Credential credential) {
        return null;
    }
}
