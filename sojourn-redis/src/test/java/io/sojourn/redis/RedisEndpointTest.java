package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisURI;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.OversizeReplies;
import io.sojourn.redis.connection.RedisEndpoint;
import io.sojourn.redis.connection.RedisUris;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a URI says, and what becomes of it for the client. */
class RedisEndpointTest {

    private static final ClientSetup SETUP = new ClientSetup(
            Duration.ofMillis(500), null, RedisProtocol.AUTO, new OversizeReplies(RedisStore.DEFAULT_MAX_LOAD_BYTES));

    private static RedisURI only(String uri) {
        List<RedisURI> uris = RedisUris.parse(uri).endpoint().uris(SETUP);
        assertThat(uris).hasSize(1);
        return uris.get(0);
    }

    private static String credentials(RedisURI uri) {
        var whom = uri.getCredentialsProvider().resolveCredentials().block();
        return whom == null
                ? ""
                : whom.getUsername() + " " + (whom.hasPassword() ? String.valueOf(whom.getPassword()) : null);
    }

    @Test
    void oneServerIsReadAsItIsMeant() {
        for (String uri : List.of(
                "redis://shop_redis_1:7000",
                "redis://u:p@shop_redis_1:7000/3",
                "rediss://shop_redis_1:7000?timeout=1s")) {
            assertThat(only(uri).getHost()).isEqualTo("shop_redis_1");
            assertThat(only(uri).getPort()).isEqualTo(7_000);
        }
        assertThat(only("redis://localhost").getPort()).isEqualTo(6_379);
        assertThat(only("redis://host:7000/3").getDatabase()).isEqualTo(3);
        assertThat(only("redis://host?timeout=1s&database=4").getDatabase()).isEqualTo(4);
        assertThat(only("rediss://host").isSsl()).isTrue();
        assertThat(only("redis://host").isSsl()).isFalse();
        assertThat(credentials(only("redis://ada%3A1:p%40ss@host"))).isEqualTo("ada:1 p@ss");
        assertThat(credentials(only("redis://ada:p@ss+1@host"))).isEqualTo("ada p@ss+1");
        assertThat(credentials(only("redis://:tea@host"))).isEqualTo("null tea");
        assertThat(credentials(only("redis://tea@host"))).isEqualTo("null tea");
    }

    @Test
    void anAddressOfIpv6StandsInBrackets() {
        assertThat(only("redis://[::1]:7000").getHost()).isEqualTo("::1");
        assertThat(only("redis://[2001:db8::7]").getPort()).isEqualTo(6_379);
        assertThat(RedisUris.parse("redis-cluster://[::1]:7000,[::2]")
                        .endpoint()
                        .description())
                .isEqualTo("the cluster at [::1]:7000, [::2]:6379");
    }

    @Test
    void sentinelsHaveAMasterByName() {
        RedisURI uri = only("rediss-sentinel://ada:tea@one,two:7000,[::3]/2#the%20main-one");
        assertThat(uri.getSentinelMasterId()).isEqualTo("the main-one");
        assertThat(uri.getDatabase()).isEqualTo(2);
        assertThat(uri.isSsl()).isTrue();
        assertThat(credentials(uri)).isEqualTo("ada tea");
        assertThat(uri.getSentinels()).extracting(RedisURI::getHost).containsExactly("one", "two", "::3");
        assertThat(uri.getSentinels()).extracting(RedisURI::getPort).containsExactly(26_379, 7_000, 26_379);
        assertThat(uri.getSentinels()).allMatch(RedisURI::isSsl);
        assertThat(credentials(uri.getSentinels().get(0))).isEqualTo("null null");
    }

    @Test
    void aClusterHasSomeNodesAndOneDatabase() {
        RedisEndpoint endpoint =
                RedisUris.parse("redis-cluster://:tea@one,two:7000").endpoint();
        assertThat(endpoint.uris(SETUP))
                .hasSize(2)
                .allMatch(uri -> credentials(uri).equals("null tea"))
                .extracting(RedisURI::getPort)
                .containsExactly(6_379, 7_000);
        assertThatThrownBy(() ->
                        RedisUris.parse("redis-cluster://one/1").endpoint().uris(SETUP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one database");
        assertThat(RedisUris.parse("redis-cluster://one/0").endpoint().uris(SETUP))
                .hasSize(1);
    }

    @Test
    void aSocketIsAPath() {
        assertThat(RedisUris.parse("redis-socket:///run/redis/redis.sock?database=3")
                        .endpoint()
                        .description())
                .isEqualTo("/run/redis/redis.sock");
        assertThat(RedisUris.parse("redis-socket://ada:tea@/run/redis.sock")
                        .endpoint()
                        .description())
                .isEqualTo("/run/redis.sock");
    }

    /** These tests run without it; NativeSocketTest has it. */
    @Test
    void aSocketWithoutTheNativeTransportIsRefusedAtOnceWithWhatToAdd() {
        assertThatThrownBy(() -> RedisStore.connect("redis-socket:///run/redis/redis.sock"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        ".*Add io\\.netty:netty-transport-native-epoll, for Netty 4\\.\\S+, with the classifier.*");
    }

    @Test
    void theBuilderSaysTheSame() {
        try (RedisStore cluster = RedisStore.builder()
                        .cluster("127.0.0.1:1", "127.0.0.1:2")
                        .timeout(Duration.ofMillis(50))
                        .connect();
                RedisStore sentinels = RedisStore.builder()
                        .sentinels("main", "127.0.0.1:1", "[::1]")
                        .timeout(Duration.ofMillis(50))
                        .connect()) {
            assertThat(cluster).hasToString("RedisStore[the cluster at 127.0.0.1:1, 127.0.0.1:2, keys sojourn:*]");
            assertThat(sentinels)
                    .hasToString("RedisStore[main (of the sentinels at 127.0.0.1:1, [::1]:26379), keys sojourn:*]");
        }
        assertThatThrownBy(() -> RedisStore.builder().cluster("redis://one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[::1]:6379");
        assertThatThrownBy(() -> RedisStore.builder().cluster()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimeoutIsReadFromTheQueryAlone() {
        assertThat(RedisUris.parse("redis://:timeout=1h@host").timeout()).isEmpty();
        for (String uri : List.of(
                "redis://host?timeout=2s",
                "redis://host?database=1&timeout=2000ms",
                "rediss://host/3?timeout=2000&db=3&")) {
            assertThat(RedisUris.parse(uri).timeout()).contains(Duration.ofSeconds(2));
        }
    }

    @Test
    void aParameterThatIsNotKnownIsRefusedWithTheNameThatWasMeant() {
        assertThatThrownBy(() -> RedisUris.parse("redis://host?tiemout=s3cret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("parameter tiemout", "Did you mean timeout?", "database, db, timeout")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> RedisUris.parse("redis-cluster://:s3cret@one,two?timeout=1s&Databse=0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("parameter Databse", "Did you mean database?")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> RedisUris.parse("redis://host?clientName=shop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parameter clientName")
                .hasMessageNotContaining("Did you mean");
    }

    @Test
    void aSchemeThatIsMisspelledOrMissingIsRefusedWithWhatWasMeant() {
        assertThatThrownBy(() -> RedisUris.parse("redsi://:s3cret@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Did you mean redis://?")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> RedisUris.parse("redis-clutser://one,two"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Did you mean redis-cluster://?");
        for (String uri : List.of("localhost", "localhost:6379", "[::1]:6379")) {
            assertThatThrownBy(() -> RedisUris.parse(uri))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Did you mean redis:// and then this?");
        }
        assertThatThrownBy(() -> RedisUris.parse("http://host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("Did you mean");
    }

    @Test
    void ofAPasswordWithAQuestionMarkInItNothingIsTakenForTheNameOfAParameter() {
        for (String uri : List.of("redis://ada:12?s3cret@host", "redis://ada:12?x&s3cret=@host", "redis://h?s3$cret")) {
            assertThatThrownBy(() -> RedisUris.parse(uri))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not known")
                    .hasMessageNotContainingAny("s3cret", "s3$cret");
        }
    }

    @Test
    void credentialsShowNoPassword() {
        assertThat(new Credentials("ada", "s3cret")).hasToString("user ada");
        assertThat(new Credentials(null, "s3cret")).hasToString("the default user");
        assertThatThrownBy(() -> new Credentials("ada", "")).hasMessageContaining("must not be empty");
    }
}
