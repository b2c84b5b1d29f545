package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionManager;
import io.sojourn.spi.StoreHealth.State;
import io.sojourn.spring.boot.slice.ContainerDetails;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.util.ClassUtils;

/** Redis is found in each way in which Spring Boot says where it is; against real servers. */
class ConnectionsTest {

    private static final String PREFIX = "spring.data.redis.";
    private static final int TLS_HANDSHAKE = 22;

    /** The connection was closed before anything was sent, because the application ended while it was connecting. */
    private static final int CLOSED = -1;

    private final WebApplicationContextRunner withSpringData =
            new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(configurations()));
    private final WebApplicationContextRunner withoutSpringData =
            withSpringData.withClassLoader(new FilteredClassLoader(
                    "org.springframework.data",
                    "org.springframework.boot.data.redis",
                    "org.springframework.boot.autoconfigure.data.redis"));

    private static Class<?>[] configurations() {
        ClassLoader loader = ConnectionsTest.class.getClassLoader();
        return Stream.of(
                        "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
                        "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
                        SslAutoConfiguration.class.getName(),
                        SojournAutoConfiguration.class.getName())
                .filter(name -> ClassUtils.isPresent(name, loader))
                .map(name -> ClassUtils.resolveClassName(name, loader))
                .toArray(Class<?>[]::new);
    }

    private static void keepsASession(AssertableWebApplicationContext context) {
        assertThat(context).hasNotFailed();
        SessionManager sessions = context.getBean(SessionManager.class);
        var session = sessions.create();
        session.set("key", "value");
        sessions.save(session);
        assertThat(sessions.find(session.token().reveal())).isPresent();
    }

    private void inBoth(Consumer<WebApplicationContextRunner> test) {
        test.accept(withSpringData);
        test.accept(withoutSpringData);
    }

    private static String addresses(List<RedisServer> servers) {
        return servers.stream()
                .map(server -> RedisServer.HOST + ":" + server.port())
                .collect(Collectors.joining(","));
    }

    private static long keys(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            return probe.keys().stream()
                    .filter(key -> key.startsWith("sojourn:"))
                    .count();
        }
    }

    @Test
    void sentinelsAreAskedForTheMaster() {
        try (RedisSentinels redis = RedisSentinels.start()) {
            inBoth(runner -> runner.withPropertyValues(
                            PREFIX + "sentinel.master=" + RedisSentinels.MASTER_NAME,
                            PREFIX + "sentinel.nodes=" + addresses(redis.sentinels()))
                    .run(ConnectionsTest::keepsASession));
            assertThat(keys(redis.master())).isEqualTo(2);
        }
    }

    @Test
    void nodesOfAClusterShareTheSessions() {
        try (RedisCluster redis = RedisCluster.start()) {
            inBoth(runner -> runner.withPropertyValues(PREFIX + "cluster.nodes=" + addresses(redis.nodes()))
                    .run(context -> {
                        for (int i = 0; i < 20; i++) {
                            keepsASession(context);
                        }
                    }));
            assertThat(redis.masters())
                    .allSatisfy(master -> assertThat(keys(master)).isPositive());
        }
    }

    /** Else the password would be sent in clear. */
    @Test
    void urlOverTlsIsSpokenOverTls() throws IOException {
        Queue<Integer> firstBytes = new ConcurrentLinkedQueue<>();
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> readFirstBytes(listening, firstBytes));
            server.setDaemon(true);
            server.start();
            String place = "//:secret@" + RedisServer.HOST + ":" + listening.getLocalPort();
            for (List<String> properties : List.of(
                    List.of(PREFIX + "url=rediss:" + place),
                    List.of(PREFIX + "url=REDISS:" + place),
                    List.of(PREFIX + "url=redis:" + place, PREFIX + "ssl.enabled=true"))) {
                inBoth(runner -> {
                    firstBytes.clear();
                    runner.withPropertyValues(properties.toArray(String[]::new)).run(context -> {
                        if (context.getStartupFailure() == null) { // Not every part of Boot knows a scheme in capitals.
                            Awaitility.await().until(() -> firstBytes.contains(TLS_HANDSHAKE));
                        }
                    });
                    assertThat(firstBytes)
                            .as("%s", properties.get(0))
                            .allMatch(first -> first == TLS_HANDSHAKE || first == CLOSED);
                });
            }
        }
    }

    private static void readFirstBytes(ServerSocket listening, Queue<Integer> firstBytes) {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                firstBytes.add(client.getInputStream().read());
            } catch (IOException e) {
                // The next one; or the test is over.
            }
        }
    }

    @Test
    void aMasterWithReplicasIsRefusedWithWhatToDo() {
        inBoth(runner -> runner.withPropertyValues(PREFIX + "masterreplica.nodes=127.0.0.1:1,127.0.0.1:2")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("masterreplica")
                        .hasMessageContaining("sojourn.redis.uri")));
    }

    @Test
    void bundleSaysWhomToTrustAndWhoTheClientIs() {
        TestCertificates certificates = TestCertificates.make();
        String[] options = certificates.serverOptions();
        options[options.length - 1] = "tls-auth-clients yes";
        String bundle = "spring.ssl.bundle.pem.of-redis.";
        try (RedisServer redis = RedisServers.start(options)) {
            String[] place = {
                PREFIX + "host=" + RedisServer.HOST, PREFIX + "port=" + redis.tlsPort(), PREFIX + "ssl.enabled=true"
            };
            inBoth(runner -> runner.withPropertyValues(place)
                    .withPropertyValues(
                            PREFIX + "ssl.bundle=of-redis",
                            bundle + "truststore.certificate=file:" + certificates.authority(),
                            bundle + "keystore.certificate=file:" + certificates.clientCertificate(),
                            bundle + "keystore.private-key=file:" + certificates.clientKey())
                    .run(ConnectionsTest::keepsASession));
            assertThat(keys(redis)).isEqualTo(2);
            inBoth(runner -> runner.withPropertyValues(place)
                    .withPropertyValues(
                            PREFIX + "ssl.bundle=of-redis",
                            bundle + "truststore.certificate=file:" + certificates.authority())
                    .run(context -> assertThat(context.getBean(SessionManager.class)
                                    .health()
                                    .state())
                            .as("the server wants the client's certificate")
                            .isEqualTo(State.DOWN)));
            inBoth(runner -> runner.withPropertyValues(place)
                    .run(context -> assertThat(context.getBean(SessionManager.class)
                                    .health()
                                    .state())
                            .as("nobody said that the server is to be trusted")
                            .isEqualTo(State.DOWN)));
        }
    }

    @Test
    void connectionDetailsOfAContainerGoBeforeTheProperties() {
        try (RedisServer redis = RedisServers.start("requirepass of-the-container")) {
            withSpringData
                    .withUserConfiguration(ContainerDetails.class)
                    .withPropertyValues(
                            "test.container.port=" + redis.port(),
                            "test.container.password=of-the-container",
                            PREFIX + "host=no.such.host")
                    .run(ConnectionsTest::keepsASession);
            withSpringData
                    .withUserConfiguration(ContainerDetails.class)
                    .withPropertyValues(
                            "test.container.port=" + redis.port(), "test.container.password=of-the-container")
                    .run(ConnectionsTest::keepsASession);
        }
    }
}
