import io.sojourn.memory.MemoryStoreProvider;
import io.sojourn.spi.SessionStoreProvider;
import io.sojourn.spi.layer.StoreLayerProvider;

/** The session engine, its store interface, its codecs and the store in memory. */
@SuppressWarnings("module") // The modules that hidden packages are exported to are compiled after this one.
module io.sojourn.core {
    requires static transitive org.jspecify;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.cbor;

    exports io.sojourn;
    exports io.sojourn.bytes to
            io.sojourn.redis;
    exports io.sojourn.codec;
    exports io.sojourn.codec.allow to
            io.sojourn.spring;
    exports io.sojourn.codec.serial to
            io.sojourn.spring;
    exports io.sojourn.config;
    exports io.sojourn.ends;
    exports io.sojourn.format to
            io.sojourn.admin;
    exports io.sojourn.http;
    exports io.sojourn.log to
            io.sojourn.admin,
            io.sojourn.console,
            io.sojourn.redis,
            io.sojourn.servlet,
            io.sojourn.spring,
            io.sojourn.tink,
            io.sojourn.zstd;
    exports io.sojourn.memory;
    exports io.sojourn.observe;
    exports io.sojourn.record to
            io.sojourn.admin;
    exports io.sojourn.spi;
    exports io.sojourn.spi.ends;
    exports io.sojourn.spi.layer;
    exports io.sojourn.spi.text;

    uses SessionStoreProvider;
    uses StoreLayerProvider;

    provides SessionStoreProvider with
            MemoryStoreProvider;
}
