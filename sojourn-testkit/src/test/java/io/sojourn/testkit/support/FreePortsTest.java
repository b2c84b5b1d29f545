package io.sojourn.testkit.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void aPortIsGivenOutOnceAndLiesBelowThoseOfOutgoingConnections() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int port = FreePorts.claim();
            assertThat(ports.add(port)).isTrue();
            assertThat(port).isBetween(10_000, 19_999);
        }
        ports.forEach(FreePorts::release);
    }
}
