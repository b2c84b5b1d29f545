package io.sojourn.spi.layer;

import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.TextSettings;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Lays something over a store, such as encryption, if texts ask for it; so that whoever configures a store by texts needs to
 * know none of them. Found by {@link ServiceLoader}, as a {@link io.sojourn.spi.SessionStoreProvider} is.
 */
public interface StoreLayerProvider {

    /** The {@link #order} of what encrypts: {@value}, next to the store. */
    int ENCRYPTION = 1000;

    /** The {@link #order} of what compresses: {@value}, above encryption, since what is encrypted gets no smaller. */
    int COMPRESSION = 2000;

    /** How far from the store it lies; those of lower order lie nearer to it. Never changes. */
    int order();

    /** The names of the settings that it reads. Never changes. */
    Set<String> settings();

    /**
     * The store with the layer over it, or just the store if no setting asks for the layer. Closing it closes the store.
     *
     * @throws IllegalArgumentException if a setting makes no sense, or asks for what cannot be had, such as a key that is
     *     missing: never falls back to going without. The message names no secret
     */
    SessionStore over(SessionStore store, TextSettings settings);
}
