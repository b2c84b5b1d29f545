package io.sojourn.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.soak.Measures.Measure;
import org.junit.jupiter.api.Test;

/** A leak is told from noise. */
class MeasuresTest {

    private static boolean isLevel(Measure measure, double... values) {
        Measures measures = new Measures();
        for (double value : values) {
            measures.add(measure, value);
        }
        return measures.trends().get(0).isLevel();
    }

    @Test
    void whatOnlyGrowsInTheBeginningIsLevel() {
        assertThat(isLevel(Measure.KEYS, 0, 500, 900, 1_000, 1_010, 980, 1_000, 990))
                .isTrue();
    }

    @Test
    void whatGoesOnGrowingIsNot() {
        assertThat(isLevel(Measure.KEYS, 0, 100, 200, 300, 400, 500, 600, 700)).isFalse();
        assertThat(isLevel(Measure.THREADS, 20, 21, 22, 23, 24, 26, 28, 30)).isFalse();
        assertThat(isLevel(Measure.CONNECTIONS, 8, 8, 8, 8, 9, 12, 16, 20)).isFalse();
    }

    @Test
    void aValueThatStandsOutOnceIsLevel() {
        assertThat(isLevel(Measure.THREADS, 20, 20, 20, 20, 20, 26, 20, 20)).isTrue();
    }
}
