package io.sojourn.config;

import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.text.TextSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The kinds of stores that are on the class path: the application's, and that of this library. */
final class StoreProviders {

    private static final Pattern PORT = Pattern.compile("\\d{1,5}(?:/\\d*)?");

    /** A host, perhaps with a port and a database, without the scheme before it. */
    private static final Pattern ADDRESS = Pattern.compile("(?:[\\w.-]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?(?:/\\d*)?");

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
                    "this is no URI; it should look like redis://user:password@host:6379/0, or memory:"
                            + (ADDRESS.matcher(uri).matches() ? ". Did you mean redis:// and then this?" : ""));
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
                + scheme + ":" + artifact + "." + meant(scheme, uri.substring(colon + 1), known)
                + " What is there opens " + String.join(", ", known));
        failures.forEach(unknown::addSuppressed);
        throw unknown;
    }

    /** The scheme that is misspelled; or that there is none, and the host was taken for it. */
    private static String meant(String scheme, String rest, Set<String> known) {
        if (PORT.matcher(rest).matches()) {
            return " Did you mean redis://" + scheme + ":…? A URI begins with its scheme.";
        }
        return TextSettings.nearest(scheme, known)
                .map(near -> " Did you mean " + near + ":?")
                .orElse("");
    }
}
