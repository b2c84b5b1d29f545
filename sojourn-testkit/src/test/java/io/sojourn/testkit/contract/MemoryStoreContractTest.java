package io.sojourn.testkit.contract;

import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;

class MemoryStoreContractTest extends SessionStoreContract {

    private final SessionStore store = open();

    @Override
    protected SessionStore open() {
        return new MemoryStore();
    }

    @Override
    public SessionStore store() {
        return store;
    }
}
