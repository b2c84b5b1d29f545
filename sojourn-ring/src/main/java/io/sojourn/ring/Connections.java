package io.sojourn.ring;

import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import io.sojourn.redis.RedisStore;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection for equal specifications, however many stores there are. It is closed with the last of them, or with the
 * process: its threads do not keep a JVM from ending.
 */
final class Connections {

    private static final Set<String> SPEC = Set.of(
            "host",
            "port",
            "username",
            "password",
            "db",
            "timeout-ms",
            "timeout",
            "conn-timeout-ms",
            "read-timeout-ms",
            "uri",
            "ssl-fn");

    /** Held while connecting, so that two do not do it for the same; virtual threads can wait for it. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static final Map<Object, Shared> OPEN = new HashMap<>();

    private Connections() {}

    /** An open connection, and how many stores use it. */
    private static final class Shared {
        final RedisStore store;
        int users;

        Shared(RedisStore store) {
            this.store = store;
        }
    }

    /** A store's share in a connection. */
    record Share(RedisStore store, Object specification) implements AutoCloseable {
        @Override
        public void close() {
            release(specification);
        }
    }

    static Share open(@Nullable Object given) {
        Object specification = given == null ? "redis://localhost:6379" : given;
        LOCK.lock();
        try {
            Shared shared = OPEN.get(specification);
            if (shared == null) {
                shared = new Shared(builder(specification).connect());
                OPEN.put(specification, shared);
            }
            shared.users++;
            return new Share(shared.store, specification);
        } finally {
            LOCK.unlock();
        }
    }

    private static void release(Object specification) {
        LOCK.lock();
        try {
            Shared shared = OPEN.get(specification);
            if (shared != null && --shared.users == 0) {
                OPEN.remove(specification);
                shared.store.close();
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** What a specification has that means nothing here. */
    static Set<String> unknown(@Nullable Object given) {
        Set<String> unknown = new TreeSet<>();
        if (given instanceof IPersistentMap map) {
            collect(map, Set.of("pool", "spec"), unknown);
            if (map.valAt(Keyword.intern("spec")) instanceof IPersistentMap spec) {
                collect(spec, SPEC, unknown);
            }
        }
        return unknown;
    }

    private static void collect(IPersistentMap map, Set<String> known, Set<String> unknown) {
        for (Object each : map) {
            Object key = ((Map.Entry<?, ?>) each).getKey();
            if (!(key instanceof Keyword keyword)
                    || keyword.getNamespace() != null
                    || !known.contains(keyword.getName())) {
                unknown.add(String.valueOf(key));
            }
        }
    }

    private static RedisStore.Builder builder(Object specification) {
        if (specification instanceof String uri) {
            return RedisStore.builder().uri(uri);
        }
        if (specification instanceof URI uri) {
            return RedisStore.builder().uri(uri.toString());
        }
        if (specification instanceof IPersistentMap map) {
            return carmine(map);
        }
        throw new IllegalArgumentException(
                "The connection must be a map such as {:pool {} :spec {:host \"localhost\" :port 6379}},"
                        + " a redis:// or rediss:// URI or a Sojourn SessionStore, not a value of "
                        + specification.getClass());
    }

    private static RedisStore.Builder carmine(IPersistentMap map) {
        Object spec = Options.get(map, "spec");
        if (spec != null && !(spec instanceof IPersistentMap)) {
            throw new IllegalArgumentException(":spec must be a map, not a value of " + spec.getClass());
        }
        RedisStore.Builder builder = RedisStore.builder();
        if (spec != null) {
            server((IPersistentMap) spec, builder);
        }
        return builder;
    }

    private static void server(IPersistentMap spec, RedisStore.Builder builder) {
        Object uri = Options.get(spec, "uri");
        boolean tls = tls(Options.get(spec, "ssl-fn"));
        if (uri != null) {
            builder.uri(uri.toString());
        } else {
            builder.uri((tls ? "rediss://" : "redis://") + "localhost");
            set(spec, "host", value -> builder.host(value.toString()));
            set(spec, "port", value -> builder.port((int) Options.whole("port", "a port", value, 65_535)));
        }
        Object user = Options.get(spec, "username");
        Object password = Options.get(spec, "password");
        if (user != null) {
            builder.user(user.toString(), password == null ? "" : password.toString());
        } else if (password != null) {
            builder.password(password.toString());
        }
        set(spec, "db", value -> builder.database(database(value)));
        // The older client lets one say how long to wait for a connection and for a reply; here both wait as long.
        for (String name : new String[] {"timeout", "conn-timeout-ms", "read-timeout-ms", "timeout-ms"}) {
            set(spec, name, value -> builder.timeout(Duration.ofMillis(Options.whole(name, "ms", value, 600_000))));
        }
    }

    private static int database(Object value) {
        return Options.isZero(value) ? 0 : (int) Options.whole("db", "databases", value, 1_000_000);
    }

    private static boolean tls(@Nullable Object function) {
        if (!Options.isTrue(function)) {
            return false;
        }
        if (Boolean.TRUE.equals(function) || function == Keyword.intern("default")) {
            return true;
        }
        throw new IllegalArgumentException(
                ":ssl-fn must be :default (TLS, trusting whom the JVM trusts): a function that"
                        + " makes sockets cannot be used here. For other trust give an io.sojourn.redis.RedisStore that is built with tls(…)");
    }

    private interface Setter {
        void set(Object value);
    }

    private static void set(IPersistentMap spec, String name, Setter setter) {
        Object value = Options.get(spec, name);
        if (value != null) {
            setter.set(value);
        }
    }
}
