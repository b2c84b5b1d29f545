package io.sojourn.config;

import io.sojourn.log.SettingName;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.StoreLayerProvider;
import io.sojourn.spi.text.TextSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;

/** Wraps a store in the layers (encryption, compression) that the text settings ask for. */
final class StoreLayers {

    /**
     * What asks for this library's own layers, and what has them. Known here as well, so that who names a key, and forgets
     * the jar, gets an error instead of sessions in plaintext.
     */
    private static final Map<String, String> SWITCHES = Map.of(
            "encryptionKeysetFile", "io.sojourn:sojourn-tink",
            "encryptionKeyset", "io.sojourn:sojourn-tink",
            "compression", "io.sojourn:sojourn-zstd");

    private StoreLayers() {}

    static Set<String> settings() {
        Set<String> names = new TreeSet<>(SWITCHES.keySet());
        Services.of(StoreLayerProvider.class, new ArrayList<>()).forEach(layer -> names.addAll(layer.settings()));
        return names;
    }

    /** The store with all layers that are asked for; if that fails the store is closed. */
    static SessionStore over(SessionStore store, TextSettings texts) {
        SessionStore laid = store;
        try {
            List<ServiceConfigurationError> failures = new ArrayList<>();
            List<StoreLayerProvider> layers = Services.of(StoreLayerProvider.class, failures).stream()
                    .sorted(Comparator.comparingInt(StoreLayerProvider::order))
                    .toList();
            requireAll(layers, texts, failures);
            for (StoreLayerProvider layer : layers) {
                laid = layer.over(laid, texts);
            }
            return laid;
        } catch (RuntimeException e) {
            laid.close();
            throw e;
        }
    }

    private static void requireAll(
            List<StoreLayerProvider> layers, TextSettings texts, List<ServiceConfigurationError> failures) {
        SWITCHES.forEach((setting, artifact) -> {
            boolean isAsked = texts.has(setting) || texts.isBlank(setting);
            if (isAsked && layers.stream().noneMatch(layer -> layer.settings().contains(setting))) {
                IllegalArgumentException missing = new IllegalArgumentException(SettingName.asText(setting)
                        + " is set, and nothing on the class path can do what it asks for; add " + artifact);
                failures.forEach(missing::addSuppressed);
                throw missing;
            }
        });
    }
}
