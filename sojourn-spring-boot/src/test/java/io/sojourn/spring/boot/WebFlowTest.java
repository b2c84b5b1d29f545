package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spring.SpringCodec;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.webflow.context.ExternalContextHolder;
import org.springframework.webflow.conversation.impl.SessionBindingConversationManager;
import org.springframework.webflow.engine.Flow;
import org.springframework.webflow.engine.ViewState;
import org.springframework.webflow.engine.impl.FlowExecutionImplFactory;
import org.springframework.webflow.execution.Event;
import org.springframework.webflow.execution.FlowExecution;
import org.springframework.webflow.execution.FlowExecutionKey;
import org.springframework.webflow.execution.View;
import org.springframework.webflow.execution.repository.FlowExecutionLock;
import org.springframework.webflow.execution.repository.impl.DefaultFlowExecutionRepository;
import org.springframework.webflow.execution.repository.snapshot.SerializedFlowExecutionSnapshotFactory;
import org.springframework.webflow.test.MockExternalContext;

/** What Spring Web Flow puts into a session: a container of conversations with their locks, and snapshots of flows. */
class WebFlowTest {

    private static final String ATTRIBUTE = "webflowConversationContainer";

    /** Web Flow on one node. The session is all that the nodes share. */
    private static final class FlowNode {

        private final MockExternalContext context = new MockExternalContext();
        private final FlowExecutionImplFactory executions = new FlowExecutionImplFactory();
        private final Flow flow = new Flow("booking");
        private final DefaultFlowExecutionRepository repository;

        FlowNode() {
            ViewState unused = new ViewState(flow, "choose", request -> new Page());
            repository = new DefaultFlowExecutionRepository(
                    new SessionBindingConversationManager(),
                    new SerializedFlowExecutionSnapshotFactory(executions, id -> flow));
            executions.setExecutionKeyFactory(repository);
        }

        String begin() {
            ExternalContextHolder.setExternalContext(context);
            FlowExecution execution = executions.createFlowExecution(flow);
            execution.start(null, context);
            FlowExecutionLock lock = repository.getLock(execution.getKey());
            lock.lock();
            repository.putFlowExecution(execution);
            lock.unlock();
            return execution.getKey().toString();
        }

        Object stored() {
            return Objects.requireNonNull(context.getSessionMap().get(ATTRIBUTE));
        }

        /** The state in which a request finds the flow. */
        String resume(Object stored, String key) {
            ExternalContextHolder.setExternalContext(context);
            context.getSessionMap().put(ATTRIBUTE, stored);
            FlowExecutionKey parsed = repository.parseFlowExecutionKey(key);
            FlowExecutionLock lock = repository.getLock(parsed);
            lock.lock();
            try {
                return repository
                        .getFlowExecution(parsed)
                        .getActiveSession()
                        .getState()
                        .getId();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A page on which the flow waits for the user. */
    private static final class Page implements View {

        @Override
        public void render() {}

        @Override
        public boolean userEventQueued() {
            return false;
        }

        @Override
        public void processUserEvent() {}

        @Override
        public @Nullable Serializable getUserEventState() {
            return null;
        }

        @Override
        public boolean hasFlowEvent() {
            return false;
        }

        @Override
        public @Nullable Event getFlowEvent() {
            return null;
        }

        @Override
        public void saveState() {}
    }

    @AfterEach
    void forget() {
        ExternalContextHolder.setExternalContext(null);
    }

    /** Web Flow reads its snapshots, which are Java serialization, without a list of classes. */
    @Test
    void flowIsRefusedByDefault() {
        FlowNode one = new FlowNode();
        one.begin();
        assertThatThrownBy(() -> SpringCodec.builder().build().encode(ATTRIBUTE, one.stored()))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("org.springframework.webflow.")
                .hasMessageContaining("sojourn.allowed-types");
    }

    @Test
    void flowGoesOnOnAnotherNodeIfTheApplicationAllowsItsClasses() {
        FlowNode one = new FlowNode();
        String key = one.begin();
        SpringCodec codec = SpringCodec.builder()
                .allow(
                        "org.springframework.webflow.conversation",
                        "org.springframework.webflow.core.collection",
                        "org.springframework.webflow.execution.repository")
                .build();
        byte[] bytes = codec.encode(ATTRIBUTE, one.stored());
        assertThat(new FlowNode().resume(codec.decode(ATTRIBUTE, bytes), key)).isEqualTo("choose");
    }
}
