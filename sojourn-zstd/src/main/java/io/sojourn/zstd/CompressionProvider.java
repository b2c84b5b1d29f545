package io.sojourn.zstd;

import io.sojourn.log.SettingName;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.StoreLayerProvider;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.util.List;
import java.util.Set;

/**
 * Lays a {@link CompressedStore} over a store if {@code compression} is {@code true}; further settings are those of {@link
 * CompressedStore.Builder} with {@code compression} before them. Found as a service; not to be used itself.
 */
public final class CompressionProvider implements StoreLayerProvider {

    private static final String SWITCH = "compression";
    private static final String THRESHOLD = "compressionThreshold";
    private static final String LEVEL = "compressionLevel";
    private static final String MAX_BYTES = "compressionMaxBytes";
    private static final String LARGE_ONLY = "compressionLargeOnly";
    private static final String NEVER = "compressionNever";
    private static final String ONLY_READ = "compressionOnlyRead";
    private static final List<String> FURTHER = List.of(THRESHOLD, LEVEL, MAX_BYTES, LARGE_ONLY, NEVER, ONLY_READ);

    /** For the service loader. */
    public CompressionProvider() {}

    @Override
    public int order() {
        return COMPRESSION;
    }

    @Override
    public Set<String> settings() {
        return Set.of(SWITCH, THRESHOLD, LEVEL, MAX_BYTES, LARGE_ONLY, NEVER, ONLY_READ);
    }

    @Override
    public SessionStore over(SessionStore store, TextSettings settings) {
        if (!settings.has(SWITCH)) {
            for (String name : FURTHER) {
                if (settings.has(name)) {
                    throw new IllegalArgumentException(
                            SettingName.asText(name) + " is set, but nothing is compressed: set "
                                    + SettingName.asText(SWITCH) + " to true, or to false if that is meant");
                }
            }
            return store;
        }
        CompressedStore.Builder compressed = CompressedStore.builder(store);
        settings.use(THRESHOLD, SettingReader::bytes, compressed::threshold);
        settings.use(LEVEL, SettingReader::number, compressed::level);
        settings.use(MAX_BYTES, SettingReader::bytes, compressed::maxBytes);
        settings.use(NEVER, SettingReader::list, names -> compressed.never(names.toArray(String[]::new)));
        settings.use(LARGE_ONLY, SettingReader::flag, is -> ifSo(is, compressed::largeOnly));
        settings.use(ONLY_READ, SettingReader::flag, is -> ifSo(is, compressed::onlyRead));
        boolean isOn = settings.read(SWITCH, SettingReader::flag).orElse(false);
        return isOn ? build(compressed) : store;
    }

    private static void ifSo(boolean is, Runnable setter) {
        if (is) {
            setter.run();
        }
    }

    private static CompressedStore build(CompressedStore.Builder compressed) {
        try {
            return compressed.build();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(SWITCH + ": " + e.getMessage(), e);
        }
    }
}
