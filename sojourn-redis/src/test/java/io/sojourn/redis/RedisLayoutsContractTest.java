package io.sojourn.redis;

import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout.Kind;
import io.sojourn.testkit.RedisServers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract on every layout of every kind of server that is at hand, but for those that each build tries. */
@Tag("full")
@ParameterizedClass
@MethodSource("backends")
class RedisLayoutsContractTest extends LayoutContract {

    static Stream<Backend> backends() {
        List<RedisBinary> all = RedisServers.available();
        return Stream.concat(
                Stream.of(Kind.TLS_CLUSTER, Kind.TLS_SENTINELS).map(kind -> Backend.of(kind, all.get(0))),
                all.stream()
                        .skip(1)
                        .flatMap(binary -> Stream.of(Kind.values())
                                .filter(kind -> kind != Kind.SERVER)
                                .map(kind -> Backend.of(kind, binary))));
    }

    RedisLayoutsContractTest(Backend backend) {
        super(backend);
    }
}
