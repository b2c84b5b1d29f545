package io.sojourn.testkit.contract;

import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;

/** Two nodes with a layer each over one store. */
class LayeredStoreContractTest extends SessionStoreContract {

    private final MemoryStore beneath = new MemoryStore();
    private final SessionStore store = new ReversingStore(beneath);
    private final SessionStore secondStore = new ReversingStore(beneath);

    @Override
    protected SessionStore open() {
        return new ReversingStore(new MemoryStore());
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
