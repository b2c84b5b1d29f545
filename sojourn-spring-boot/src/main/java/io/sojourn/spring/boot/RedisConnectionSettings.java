package io.sojourn.spring.boot;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as Spring Boot says it.
 *
 * @param kind which of the addresses counts
 * @param nodes one server, the sentinels, or nodes of the cluster, each {@code host:port}
 * @param master the name by which the sentinels know the master; empty without sentinels
 * @param database the number of the database
 * @param username the user of Redis, or null for the default one
 * @param password its password, or null for none
 * @param sentinelUsername the user of the sentinels, or null for the default one
 * @param sentinelPassword its password, or null for none
 * @param tls whether to speak TLS
 * @param sslBundle Spring Boot's {@code SslBundle}, or null for what the JVM trusts
 */
record RedisConnectionSettings(
        Kind kind,
        List<String> nodes,
        String master,
        int database,
        @Nullable String username,
        @Nullable String password,
        @Nullable String sentinelUsername,
        @Nullable String sentinelPassword,
        boolean tls,
        @Nullable Object sslBundle) {

    enum Kind {
        SERVER,
        SENTINEL,
        CLUSTER
    }

    RedisConnectionSettings {
        Objects.requireNonNull(kind);
        nodes = List.copyOf(nodes);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return kind + " " + nodes;
    }
}
