package io.sojourn.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sojourn.Session;
import io.sojourn.observe.Operation;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans that OpenTelemetry gets. */
class SojournTracingTest {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final Traffic traffic = new Traffic(new SojournTracing(registry));

    SojournTracingTest() {
        OtelTracer tracer = new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), event -> {});
        registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private List<SpanData> spans() {
        return exporter.getFinishedSpanItems();
    }

    private static String attribute(SpanData span, String key) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
    }

    @Test
    void everyOperationIsASpan() {
        traffic.lives();
        traffic.signIns();
        assertThat(spans())
                .extracting(SpanData::getName)
                .contains(
                        "session find",
                        "session save",
                        "session update",
                        "session revoke",
                        "session list",
                        "session revoke-all");
        assertThat(spans().get(0).getName()).isEqualTo("session save");
        assertThat(attribute(spans().get(0), "operation")).isEqualTo("save");
        assertThat(attribute(spans().get(0), "outcome")).isEqualTo("saved");
        assertThat(attribute(spans().get(0), "exception")).isEqualTo("none");
    }

    @Test
    void spansLieBelowWhatTheCallerObserves() {
        Session session = traffic.stored("a", 1);
        Observation request = Observation.start("request", registry);
        request.scoped(() -> {
            traffic.sessions.find(session.token());
            traffic.sessions.async().find(session.token()).toCompletableFuture().join();
        });
        request.stop();
        SpanData parent = spans().get(3);
        assertThat(parent.getName()).isEqualTo("request");
        assertThat(spans().subList(1, 3))
                .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanId()));
    }

    @Test
    void anOutageIsAnErrorOfItsSpan() {
        traffic.outage();
        SpanData find = spans().get(1);
        assertThat(attribute(find, "outcome")).isEqualTo("unavailable");
        assertThat(attribute(find, "exception")).isEqualTo("StoreUnavailableException");
        assertThat(find.getStatus().getStatusCode())
                .isEqualTo(StatusData.error().getStatusCode());
    }

    @Test
    void noSpanHoldsAnIdASecretOrAPrincipal() {
        traffic.all();
        Session session = traffic.stored("cart", "tea");
        traffic.found(session);
        assertThat(spans()).hasSizeGreaterThan(30).allSatisfy(span -> {
            String all = span.getName() + span.getAttributes() + span.getEvents() + span.getStatus();
            assertThat(traffic.ids)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(id -> assertThat(all).doesNotContain(id));
            assertThat(all).doesNotContain("ada", session.token().reveal().substring(22));
            assertThat(span.getAttributes().asMap().keySet())
                    .extracting(AttributeKey::getKey)
                    .containsExactlyInAnyOrder("operation", "outcome", "exception");
        });
    }

    @Test
    void withoutHandlersNothingIsObserved() {
        assertThat(new SojournTracing(ObservationRegistry.create()).begins(Operation.FIND))
                .isNull();
        assertThat(new SojournTracing(ObservationRegistry.NOOP).begins(Operation.FIND))
                .isNull();
    }
}
