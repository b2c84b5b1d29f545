package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.netty.util.Version;
import io.sojourn.redis.connection.LettuceVersion;
import org.junit.jupiter.api.Test;

/** Runs beside the contract with the lowest Lettuce. */
class LowestVersionsTest {

    @Test
    void theContractRunsWithTheLowestLettuceAndItsNetty() {
        assertThat(RedisClient.class.getPackage().getImplementationVersion())
                .startsWith(System.getProperty("sojourn.lettuce"));
        assertThat(Version.identify())
                .extractingByKey("netty-common")
                .asString()
                .startsWith("netty-common-4.1.118.Final.");
        assertThat(LettuceVersion.HAS_MAINTENANCE_NOTIFICATIONS).isFalse();
    }
}
