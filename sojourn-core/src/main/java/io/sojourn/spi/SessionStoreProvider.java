package io.sojourn.spi;

import io.sojourn.spi.text.TextSettings;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Opens stores that are named by a URI, so that whoever configures a store by a text needs to know none of them. Found by
 * {@link ServiceLoader}: name the implementation, which needs a public constructor without parameters, in
 * {@code META-INF/services} and, if it lies in a named module, in the module's {@code provides} clause.
 */
public interface SessionStoreProvider {

    /** The schemes of the URIs that it takes, in lower case and without the colon, such as {@code redis}. Never changes. */
    Set<String> schemes();

    /** The names of the settings that it reads beside the URI. Never changes. */
    Set<String> settings();

    /**
     * Opens a store; the caller closes it. A server that does not answer now is no reason to fail: it may answer later.
     *
     * @param uri begins with one of the {@link #schemes()} and a colon
     * @param settings may hold the settings of others as well; what this provider does not know is not its business
     * @throws IllegalArgumentException if the URI or a setting makes no sense; the message says which and what to do, and
     *     never repeats a URI or a password
     */
    SessionStore open(String uri, TextSettings settings);
}
