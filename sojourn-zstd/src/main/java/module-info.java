import io.sojourn.spi.layer.StoreLayerProvider;
import io.sojourn.zstd.CompressionProvider;

/** Compresses what a session store holds. */
module io.sojourn.zstd {
    requires com.github.luben.zstd_jni;
    requires transitive io.sojourn.core;
    requires static transitive org.jspecify;

    exports io.sojourn.zstd;

    provides StoreLayerProvider with
            CompressionProvider;
}
