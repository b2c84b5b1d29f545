package io.sojourn.redis;

import org.jspecify.annotations.Nullable;

/**
 * As whom a store connects.
 *
 * @param user a user of the server's access control lists; null for the server's default user
 * @param password the password, or the token that a cloud provider gives out in its stead
 */
public record Credentials(@Nullable String user, String password) {

    /** Refuses an empty password, which servers take for none. */
    public Credentials {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password of a Redis user must not be empty");
        }
    }

    /** Shows the user alone. */
    @Override
    public String toString() {
        return user == null ? "the default user" : "user " + user;
    }
}
