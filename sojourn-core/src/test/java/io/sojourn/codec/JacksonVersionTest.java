package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JacksonVersionTest {

    /** If it fails after an upgrade of Jackson: name the new release in {@link JacksonVersion}, or every start takes the trial. */
    @Test
    void applicationsWithTheJacksonOfThisBuildStartWithoutATrial() {
        assertThat(JacksonVersion.areKnownToFit()).isTrue();
    }
}
