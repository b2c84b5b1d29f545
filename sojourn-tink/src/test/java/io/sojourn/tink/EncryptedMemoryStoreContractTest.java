package io.sojourn.tink;

import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.contract.SessionStoreContract;

/** Two nodes with keys of their own process over one store in memory. */
class EncryptedMemoryStoreContractTest extends SessionStoreContract {

    private static final SessionKeys KEYS = Scene.newKeys();

    private final MemoryStore beneath = new MemoryStore();
    private final SessionStore store = EncryptedStore.over(beneath, KEYS);
    private final SessionStore secondStore = EncryptedStore.over(beneath, KEYS);

    @Override
    protected SessionStore open() {
        return EncryptedStore.over(new MemoryStore(), KEYS);
    }

    @Override
    public SessionStore store() {
        return store;
    }

    @Override
    public SessionStore secondStore() {
        return secondStore;
    }
}
