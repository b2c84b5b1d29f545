package io.sojourn.config;

import io.sojourn.spi.SessionStoreProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of stores that are on the class path: the application's, and that of this library. */
final class StoreProviders {

    private StoreProviders() {}

    static Set<String> settings() {
        Set<String> names = new TreeSet<>();
        Services.of(SessionStoreProvider.class, new ArrayList<>())
                .forEach(provider -> names.addAll(provider.settings()));
        return names;
    }

    /** The one that takes the URI, whose scheme alone may be told: the rest may hold a password. */
    static SessionStoreProvider of(String uri) {
        int colon = uri.indexOf(':');
        String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.matches("[a-z][a-z0-9+.-]{0,30}")) {
            throw new IllegalArgumentException(
                    "this is no URI; it should look like redis://user:password@host:6379/0, or memory:");
        }
        List<ServiceConfigurationError> failures = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (SessionStoreProvider provider : Services.of(SessionStoreProvider.class, failures)) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
            known.addAll(provider.schemes());
        }
        String artifact = scheme.startsWith("redis") ? "; add io.sojourn:sojourn-redis" : "";
        IllegalArgumentException unknown = new IllegalArgumentException("nothing on the class path opens a store at "
                + scheme + ":" + artifact + ". What is there opens " + String.join(", ", known));
        failures.forEach(unknown::addSuppressed);
        throw unknown;
    }
}
