import io.sojourn.spi.layer.StoreLayerProvider;
import io.sojourn.tink.EncryptionProvider;

/** Encrypts what a session store holds. */
// Tink is no module yet, but its jar names one, so this name will stay.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.sojourn.tink {
    requires com.google.gson; // Tink cannot say that it needs it.
    requires transitive com.google.crypto.tink; // A keyset of the application's may be given.
    requires transitive io.sojourn.core;
    requires static transitive org.jspecify;

    exports io.sojourn.tink;

    provides StoreLayerProvider with
            EncryptionProvider;
}
