package io.sojourn.engine;

import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.SessionStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store as a process sees it that is killed: so many calls are done, and from then on nothing reaches the store any more.
 * The last call may reach it, and only its reply not come back.
 */
final class DyingStore {

    private final SessionStore store;
    private final int calls;
    private final boolean lastArrives;
    private final AtomicInteger count = new AtomicInteger();

    DyingStore(SessionStore store, int calls, boolean lastArrives) {
        this.store = store;
        this.calls = calls;
        this.lastArrives = lastArrives;
    }

    boolean hasDied() {
        return count.get() > calls;
    }

    SessionStore asStore() {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getReturnType() != CompletionStage.class) {
                return method.invoke(store, arguments); // It asks no server.
            }
            int call = count.incrementAndGet();
            if (call <= calls) {
                return method.invoke(store, arguments);
            }
            if (call == calls + 1 && lastArrives) {
                // Without waiting: the call may come from the thread that the answer comes on.
                return ((CompletionStage<?>) method.invoke(store, arguments)).<Object>handle((answer, failure) -> {
                    throw new StoreUnavailableException("The process was killed", null);
                });
            }
            return CompletableFuture.failedFuture(new StoreUnavailableException("The process was killed", null));
        };
        return (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, handler);
    }
}
