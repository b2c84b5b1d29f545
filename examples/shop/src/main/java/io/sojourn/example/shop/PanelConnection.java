package io.sojourn.example.shop;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A plain connection of Lettuce's to one server, behind sentinels or to a cluster.
 *
 * @param commands what can be asked over it
 */
record PanelConnection(AbstractRedisClient client, RedisClusterCommands<String, byte[]> commands)
        implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    static PanelConnection open(String uri) {
        return uri.startsWith("redis-cluster:") || uri.startsWith("rediss-cluster:") ? toCluster(uri) : toServer(uri);
    }

    private static PanelConnection toServer(String uri) {
        RedisURI where = RedisURI.create(uri);
        authenticate(where);
        RedisClient client = RedisClient.create(where);
        client.setOptions(tell(ClientOptions.builder()).build());
        return connect(client, () -> {
            var connection = client.connect(CODEC);
            connection.setTimeout(TIMEOUT);
            return connection.sync();
        });
    }

    private static PanelConnection toCluster(String uri) {
        List<RedisURI> seeds = RedisClusterURIUtil.toRedisURIs(URI.create(uri.replace("-cluster:", ":")));
        seeds.forEach(PanelConnection::authenticate);
        RedisClusterClient client = RedisClusterClient.create(seeds);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        // A panel may wait for a node that it has not spoken to yet.
        tell(options).disconnectedBehavior(DisconnectedBehavior.DEFAULT);
        client.setOptions(options.build());
        return connect(client, () -> {
            var connection = client.connect(CODEC);
            connection.setTimeout(TIMEOUT);
            return connection.sync();
        });
    }

    private interface Connecting {
        RedisClusterCommands<String, byte[]> connect();
    }

    private static PanelConnection connect(AbstractRedisClient client, Connecting how) {
        boolean connected = false;
        try {
            PanelConnection made = new PanelConnection(client, how.connect());
            connected = true;
            return made;
        } finally {
            if (!connected) {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        }
    }

    private static void authenticate(RedisURI uri) {
        Optional.ofNullable(System.getenv("SOJOURN_REDIS_PASSWORD")).ifPresent(password -> {
            RedisCredentials whom = RedisCredentials.just(System.getenv("SOJOURN_REDIS_USER"), password);
            uri.setCredentialsProvider(RedisCredentialsProvider.from(() -> whom));
        });
    }

    private static ClientOptions.Builder tell(ClientOptions.Builder options) {
        SslOptions.Builder tls = SslOptions.builder();
        Optional.ofNullable(System.getenv("SOJOURN_REDIS_TRUST")).map(File::new).ifPresent(tls::trustManager);
        return options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .sslOptions(tls.build())
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build());
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
