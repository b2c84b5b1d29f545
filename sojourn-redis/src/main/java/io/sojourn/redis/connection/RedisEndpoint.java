package io.sojourn.redis.connection;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.sojourn.redis.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The addresses of the servers and the credentials for them, as a URI and the builder set them step by step; not thread-safe. */
public final class RedisEndpoint implements Cloneable {

    /** How servers are laid out. */
    public enum Kind {
        SERVER,
        SOCKET,
        SENTINEL,
        CLUSTER
    }

    public record Host(String name, int port) {

        @Override
        public String toString() {
            return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
        }
    }

    private Kind kind = Kind.SERVER;
    private List<Host> hosts = List.of(new Host("localhost", RedisURI.DEFAULT_REDIS_PORT));
    private String path = "";
    private String masterName = "";
    private boolean tls;
    private boolean anyHost;
    private int database;
    private @Nullable String clientName;
    private @Nullable RedisCredentialsProvider credentials;
    private @Nullable RedisCredentialsProvider ofSentinels;

    /** A copy that later changes of this one do not reach. */
    public RedisEndpoint copy() {
        try {
            return (RedisEndpoint) clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("This class can be cloned", e);
        }
    }

    public Kind kind() {
        return kind;
    }

    /** One server, the sentinels (whose master has a name), or some nodes of a cluster. */
    public void at(Kind newKind, List<Host> newHosts, String newMasterName) {
        kind = newKind;
        hosts = List.copyOf(newHosts);
        masterName = newMasterName;
    }

    public void at(String socketPath) {
        kind = Kind.SOCKET;
        path = socketPath;
    }

    public void host(String name) {
        at(Kind.SERVER, List.of(new Host(name, onlyHost().port())), "");
    }

    public void port(int port) {
        at(Kind.SERVER, List.of(new Host(onlyHost().name(), port)), "");
    }

    private Host onlyHost() {
        return kind == Kind.SERVER ? hosts.get(0) : new Host("localhost", RedisURI.DEFAULT_REDIS_PORT);
    }

    public void tls(boolean on) {
        tls = on;
    }

    public void acceptAnyHost(boolean any) {
        anyHost = any;
    }

    public void database(int number) {
        database = number;
    }

    public void clientName(String name) {
        clientName = name;
    }

    public void credentials(Credentials these) {
        credentials = fixed(these);
    }

    /** Asked on a thread that may wait: whoever fetches a token from elsewhere must not hold up all connections. */
    public void credentials(Supplier<Credentials> supplier) {
        credentials = () -> Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> lettuce(ask(supplier))));
    }

    public void sentinelCredentials(Credentials these) {
        ofSentinels = fixed(these);
    }

    private static ImmediateRedisCredentialsProvider fixed(Credentials these) {
        return () -> lettuce(these);
    }

    /**
     * As Lettuce has it: one URI, or for a cluster one for each host.
     *
     * @throws IllegalArgumentException if the parts do not go together
     * @throws IllegalStateException if a library is missing for it
     */
    public List<RedisURI> uris(ClientSetup setup) {
        if (kind == Kind.CLUSTER && database != 0) {
            throw new IllegalArgumentException(
                    "A cluster has one database, 0; this is " + database + ". Use a prefix to keep applications apart");
        }
        if (kind == Kind.SOCKET && tls) {
            throw new IllegalArgumentException("There is no TLS on a Unix domain socket");
        }
        if (kind == Kind.SOCKET) {
            LettuceVersion.checkDomainSockets();
        }
        return switch (kind) {
            case SERVER -> List.of(uri(hosts.get(0), setup.handshakeTimeout()));
            case SOCKET -> List.of(ofSocket(setup.handshakeTimeout()));
            case SENTINEL -> List.of(ofSentinels(setup));
            case CLUSTER ->
                hosts.stream()
                        .map(host -> uri(host, setup.clusterHandshakeTimeout()))
                        .toList();
        };
    }

    /** A node of the cluster that another node has named. */
    public RedisURI clusterNode(Host host, ClientSetup setup) {
        return uri(host, setup.clusterHandshakeTimeout());
    }

    private RedisURI uri(Host host, Duration timeout) {
        return withDetails(at(host, timeout));
    }

    private RedisURI ofSocket(Duration timeout) {
        RedisURI uri = new MaskedRedisUri();
        uri.setSocket(path);
        uri.setTimeout(timeout);
        return withDetails(uri);
    }

    private RedisURI ofSentinels(ClientSetup setup) {
        RedisURI uri = new MaskedRedisUri();
        uri.setTimeout(setup.handshakeTimeout());
        uri.setSentinelMasterId(masterName);
        for (Host host : hosts) {
            // A sentinel that does not answer is passed over, so it has not long to do so.
            RedisURI sentinel = at(host, setup.clusterHandshakeTimeout());
            common(sentinel);
            authenticate(sentinel, ofSentinels);
            uri.getSentinels().add(sentinel);
        }
        return withDetails(uri);
    }

    private static RedisURI at(Host host, Duration timeout) {
        RedisURI uri = new MaskedRedisUri();
        uri.setHost(host.name());
        uri.setPort(host.port());
        uri.setTimeout(timeout);
        return uri;
    }

    private RedisURI withDetails(RedisURI uri) {
        uri.setDatabase(database);
        if (clientName != null) {
            uri.setClientName(clientName);
        }
        common(uri);
        authenticate(uri, credentials);
        return uri;
    }

    private static void authenticate(RedisURI uri, @Nullable RedisCredentialsProvider whom) {
        if (whom != null) {
            uri.setCredentialsProvider(whom);
        }
    }

    private void common(RedisURI uri) {
        uri.setSsl(tls);
        // Else the server is told which client library this is, by a command that needs one more right.
        uri.setLibraryName("");
        uri.setLibraryVersion("");
        uri.setVerifyPeer(anyHost ? SslVerifyMode.CA : SslVerifyMode.FULL);
    }

    private static Credentials ask(Supplier<Credentials> whom) {
        try {
            return whom.get();
        } catch (RuntimeException e) {
            // Without its message, which is nobody's to show: it may hold what it failed with.
            throw new IllegalStateException(
                    "The supplier of credentials failed: " + e.getClass().getName());
        }
    }

    private static RedisCredentials lettuce(Credentials whom) {
        return RedisCredentials.just(whom.user(), whom.password());
    }

    /** For messages: where, and never as whom. */
    public String description() {
        return switch (kind) {
            case SERVER -> hosts.get(0).toString();
            case SOCKET -> path;
            case SENTINEL -> masterName + " (of the sentinels at " + list() + ")";
            case CLUSTER -> "the cluster at " + list();
        };
    }

    private String list() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(", "));
    }
}
