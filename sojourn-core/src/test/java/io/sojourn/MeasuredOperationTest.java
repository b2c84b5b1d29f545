package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spi.Operation;
import io.sojourn.spi.SessionObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measuring costs nothing where nobody measures. */
class MeasuredOperationTest {

    @Test
    void withoutAnybodyWhoMeasuresThereIsNothingNew() {
        Observers observer = new Observers(List.of(new LoggingObserver(), new AuditObserver()));
        for (Operation operation : Operation.values()) {
            assertThat(observer.begin(operation)).isSameAs(MeasuredOperation.NOBODY);
        }
    }

    @Test
    void oneWhoMeasuresIsEnough() {
        SessionObserver measuring = new SessionObserver() {
            @Override
            public Operation.Running begins(Operation operation) {
                return result -> {};
            }
        };
        Observers observer = new Observers(List.of(new LoggingObserver(), measuring));
        assertThat(observer.begin(Operation.FIND)).isNotSameAs(MeasuredOperation.NOBODY);
    }
}
