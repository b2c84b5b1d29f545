package io.sojourn.spring.boot;

import io.sojourn.redis.Credentials;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.redis.RedisTls;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spring.boot.RedisConnectionSettings.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/** Prepares the store from what Spring Boot and {@code sojourn.redis.*} say. */
final class RedisStores {

    private final SojournProperties.Redis sojourn;
    private final Environment environment;
    private final ListableBeanFactory beans;

    RedisStores(SojournProperties.Redis sojourn, Environment environment, ListableBeanFactory beans) {
        this.sojourn = sojourn;
        this.environment = environment;
        this.beans = beans;
    }

    RedisStoreBuilder builder() {
        RedisStoreBuilder store = RedisStore.builder();
        place(store);
        RedisProperties boot = RedisProperties.of(environment);
        Duration timeout = sojourn.getTimeout() == null ? boot.timeout() : sojourn.getTimeout();
        if (timeout != null) {
            store.timeout(timeout);
        }
        store.prefix(sojourn.prefix(environment)).startupProbe(sojourn.isStartupProbe());
        if (sojourn.getDurabilityReplicas() > 0) {
            store.durability(sojourn.getDurabilityReplicas(), sojourn.getDurabilityWait());
        }
        SojournProperties.NearCacheProperties nearCache = sojourn.getNearCache();
        if (nearCache.isEnabled()) {
            store.nearCache(NearCache.builder()
                    .maxBytes(nearCache.getMaxSize().toBytes())
                    .maxStaleness(nearCache.getMaxStaleness())
                    .staleWhileDown(nearCache.getStaleWhileDown())
                    .build());
        }
        return store;
    }

    private void place(RedisStoreBuilder store) {
        if (sojourn.getUri() != null) {
            store.uri(sojourn.getUri());
            return;
        }
        Optional<Object> details = ConnectionDetailsReader.find(beans);
        boolean areSet = RedisProperties.areSet(environment);
        RedisProperties.of(environment).refuseMasterReplica();
        if (details.filter(found -> areSet || !ConnectionDetailsReader.isOfProperties(found))
                .isPresent()) {
            RedisConnectionSettings settings = ConnectionDetailsReader.read(details.get());
            place(store, settings);
            // Boot's details bean says nothing of the URL's TLS: Boot looks at the URL itself.
            if (!settings.tls()
                    && ConnectionDetailsReader.isOfProperties(details.get())
                    && RedisProperties.of(environment).isUrlOverTls()) {
                store.tls(RedisTls.builder().build());
            }
        } else if (areSet) {
            place(store, RedisProperties.of(environment));
        } else {
            throw new RedisNotConfiguredException();
        }
        String clientName = RedisProperties.of(environment).clientName();
        if (clientName != null && !clientName.isBlank()) {
            store.clientName(clientName);
        }
    }

    private void place(RedisStoreBuilder store, RedisProperties boot) {
        SslBundle bundle = boot.ssl().isOn() && boot.ssl().bundle() != null
                ? beans.getBean(SslBundles.class).getBundle(boot.ssl().bundle())
                : null;
        if (boot.url() == null) {
            place(store, boot.settings(bundle));
            return;
        }
        store.uri(boot.url());
        if (bundle != null) {
            store.tls(tls(bundle));
        } else if (boot.ssl().isOn()) {
            store.tls(RedisTls.builder().build());
        }
    }

    private static void place(RedisStoreBuilder store, RedisConnectionSettings settings) {
        String[] nodes = settings.nodes().toArray(String[]::new);
        switch (settings.kind()) {
            case SERVER -> server(store, nodes[0]);
            case SENTINEL -> store.sentinels(settings.master(), nodes);
            case CLUSTER -> store.cluster(nodes);
        }
        if (settings.kind() != Kind.CLUSTER) {
            store.database(settings.database());
        }
        String password = settings.password();
        if (password != null && !password.isEmpty()) {
            if (settings.username() == null || settings.username().isEmpty()) {
                store.password(password);
            } else {
                store.user(settings.username(), password);
            }
        }
        if (settings.sentinelPassword() != null && !settings.sentinelPassword().isEmpty()) {
            store.sentinelCredentials(new Credentials(settings.sentinelUsername(), settings.sentinelPassword()));
        }
        if (settings.sslBundle() instanceof SslBundle bundle) {
            store.tls(tls(bundle));
        } else if (settings.tls()) {
            store.tls(RedisTls.builder().build());
        }
    }

    private static void server(RedisStoreBuilder store, String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        store.host(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
                .port(Integer.parseInt(address.substring(colon + 1)));
    }

    private static RedisTls tls(SslBundle bundle) {
        RedisTls.Builder tls = RedisTls.builder().trust(bundle.getManagers().getTrustManagerFactory());
        if (hasKey(bundle)) {
            tls.keys(bundle.getManagers().getKeyManagerFactory());
        }
        String[] ciphers = bundle.getOptions().getCiphers();
        if (ciphers != null) {
            tls.ciphers(List.of(ciphers));
        }
        String[] protocols = bundle.getOptions().getEnabledProtocols();
        if (protocols != null) {
            tls.protocols(List.of(protocols));
        }
        return tls.build();
    }

    private static boolean hasKey(SslBundle bundle) {
        @Nullable Object keys = bundle.getStores().getKeyStore();
        return keys != null;
    }

    /** Lets the web server begin only when the first try to connect is over, whether it has succeeded or not. */
    static final class Connected implements SmartLifecycle {

        /** Before the web server's, which is the default less 2,048. */
        private static final int PHASE = DEFAULT_PHASE - 4_096;

        private final SessionStore store;
        private volatile boolean running;

        Connected(SessionStore store) {
            this.store = store;
        }

        @Override
        public void start() {
            StoreHealth unused = store.health();
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return PHASE;
        }
    }
}
