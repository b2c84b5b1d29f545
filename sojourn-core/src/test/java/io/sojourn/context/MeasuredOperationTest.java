package io.sojourn.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.Operation;
import io.sojourn.observe.SessionObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measuring costs nothing where nobody measures. */
class MeasuredOperationTest {

    @Test
    void withoutAnybodyWhoMeasuresThereIsNothingNew() {
        Observers observer = new Observers(List.of(SessionObserver.logging(), new AuditObserver()));
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
        Observers observer = new Observers(List.of(SessionObserver.logging(), measuring));
        assertThat(observer.begin(Operation.FIND)).isNotSameAs(MeasuredOperation.NOBODY);
    }
}
