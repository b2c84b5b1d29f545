package io.sojourn.spring.boot;

import io.sojourn.spring.webflux.SojournWebSessionManager;

/**
 * A bean of this type changes the session manager of a WebFlux application after the properties have been applied. Several are
 * called in their order.
 */
@FunctionalInterface
public interface SojournWebSessionManagerCustomizer {

    /** Changes the builder. */
    void customize(SojournWebSessionManager.Builder sessions);
}
