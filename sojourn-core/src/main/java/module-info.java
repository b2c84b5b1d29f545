import io.sojourn.memory.MemoryStoreProvider;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.StoreLayerProvider;

/** The session engine, its store interface, its codecs and the store in memory. */
module io.sojourn.core {
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.cbor;

    exports io.sojourn;
    exports io.sojourn.codec;
    exports io.sojourn.config;
    exports io.sojourn.http;
    exports io.sojourn.memory;
    exports io.sojourn.observe;
    exports io.sojourn.spi;

    uses SessionStoreProvider;
    uses StoreLayerProvider;

    provides SessionStoreProvider with
            MemoryStoreProvider;
}
