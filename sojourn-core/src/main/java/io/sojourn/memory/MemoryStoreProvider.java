package io.sojourn.memory;

import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.text.TextSettings;
import java.util.Set;

/** Opens a {@link MemoryStore} with all defaults for the URI {@code memory:}. Found as a service; not to be used itself. */
public final class MemoryStoreProvider implements SessionStoreProvider {

    static final String URI = "memory:";

    /** For the service loader. */
    public MemoryStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Set<String> settings() {
        return Set.of();
    }

    @Override
    public SessionStore open(String uri, TextSettings settings) {
        if (!uri.equalsIgnoreCase(URI)) {
            throw new IllegalArgumentException("a store in memory is " + URI + ", with nothing behind it");
        }
        return new MemoryStore();
    }
}
