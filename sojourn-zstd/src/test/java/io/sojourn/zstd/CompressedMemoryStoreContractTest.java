package io.sojourn.zstd;

import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.contract.SessionStoreContract;

/** Two nodes that compress, over one store in memory. */
class CompressedMemoryStoreContractTest extends SessionStoreContract {

    private final MemoryStore beneath = new MemoryStore();
    private final SessionStore store =
            CompressedStore.builder(beneath).threshold(5).build();
    private final SessionStore secondStore =
            CompressedStore.builder(beneath).threshold(5).build();

    @Override
    protected SessionStore open() {
        return CompressedStore.over(new MemoryStore());
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
