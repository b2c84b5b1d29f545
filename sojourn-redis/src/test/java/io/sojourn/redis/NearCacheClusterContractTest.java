package io.sojourn.redis;

import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** The contract on a cluster, with near caches. */
@Tag("full")
class NearCacheClusterContractTest extends SessionStoreContract {

    private static final RedisCluster CLUSTER = RedisCluster.start();
    private static final SessionStore STORE = cached();
    private static final SessionStore SECOND = cached();

    private static SessionStore cached() {
        return new Settled(RedisStore.builder()
                .uri(CLUSTER.uri())
                .timeout(Duration.ofSeconds(10))
                .nearCache(NearCache.create())
                .connect());
    }

    @AfterAll
    static void stop() {
        SECOND.close();
        STORE.close();
        CLUSTER.close();
    }

    @Override
    protected SessionStore open() {
        return cached();
    }

    @Override
    public SessionStore store() {
        return STORE;
    }

    @Override
    public SessionStore secondStore() {
        return SECOND;
    }
}
