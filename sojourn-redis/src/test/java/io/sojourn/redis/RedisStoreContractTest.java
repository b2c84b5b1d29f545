package io.sojourn.redis;

import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout.Kind;
import io.sojourn.testkit.RedisServers;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** On one server of each kind that is at hand, and on the usual layouts of the preferred kind. */
@ParameterizedClass
@MethodSource("backends")
class RedisStoreContractTest extends LayoutContract {

    static Stream<Backend> backends() {
        RedisBinary preferred = RedisServers.preferred();
        return Stream.concat(
                RedisServers.available().stream().map(binary -> Backend.of(Kind.SERVER, binary)),
                Stream.of(Kind.TLS, Kind.CLUSTER, Kind.SENTINELS).map(kind -> Backend.of(kind, preferred)));
    }

    RedisStoreContractTest(Backend backend) {
        super(backend);
    }
}
