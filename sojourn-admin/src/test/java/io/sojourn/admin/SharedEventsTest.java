package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.events.EventPublisher;
import io.sojourn.admin.events.EventStream;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.ends.EndWatch;
import io.sojourn.observe.AuditObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes publish their events, and an operator reads them. */
class SharedEventsTest {

    private static final String HOSTILE = "\u001b[31m\u202e<script>\nada";

    private RedisLayout layout = RedisLayout.start(RedisLayout.Kind.SERVER, RedisServers.preferred());
    private RedisStore store = World.store(layout, "shop");

    @AfterEach
    void stop() {
        store.close();
        layout.close();
    }

    private static SessionManager node(RedisStore store, EventPublisher.Builder publisher) {
        return SessionManager.create(
                store,
                SessionSettings.builder()
                        .endEvents(true)
                        .alsoObserve(publisher.build())
                        .build());
    }

    private List<SharedEvent> events(Predicate<SharedEvent> complete) {
        EventStream stream = SessionAdmin.builder(store).build().events();
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> stream.last(EventStream.MAX_SIZE),
                        all -> all.stream().anyMatch(complete));
    }

    /** Stores sessions of visitors, and gives the last one. */
    private static Session stored(SessionManager node, int count) {
        Session last = node.create();
        for (int i = 0; i < count; i++) {
            last = node.create();
            last.set("n", i);
            assertThat(node.save(last)).isEqualTo(SaveOutcome.SAVED);
        }
        return last;
    }

    private static Predicate<SharedEvent> named(String event) {
        return one -> one.event().equals(event);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER", "CLUSTER", "SENTINELS"})
    void theEventsOfEachNodeAreInOneStream(RedisLayout.Kind kind) {
        if (kind != RedisLayout.Kind.SERVER) {
            stop();
            layout = RedisLayout.start(kind, RedisServers.preferred());
            store = World.store(layout, "shop");
        }
        SessionManager one = node(store, EventPublisher.builder().node("one").principals(true));
        SessionManager other = node(store, EventPublisher.builder().node("other"));
        Instant before = Instant.now().minusSeconds(600);

        Session session = one.create();
        session.signIn(HOSTILE);
        one.save(session);
        List<SharedEvent> first = events(named("signed-in"));
        other.revoke(session.id());
        List<SharedEvent> all = events(named("revoked"));

        assertThat(first).extracting(SharedEvent::event).containsExactly("created", "signed-in");
        SharedEvent signedIn = first.get(1);
        assertThat(signedIn.node()).isEqualTo("one");
        assertThat(signedIn.session()).contains(session.id());
        assertThat(signedIn.principal()).contains(HOSTILE);
        assertThat(signedIn.toString()).doesNotContain("\u001b", "\u202e", "\n");
        assertThat(signedIn.at()).isAfter(before);
        SharedEvent revoked = all.stream().filter(named("revoked")).findAny().orElseThrow();
        assertThat(revoked.node()).isEqualTo("other");
        assertThat(revoked.detail()).contains("ID");

        EventStream stream = new EventStream(store);
        assertThat(stream.after(signedIn.position(), 10))
                .first()
                .extracting(SharedEvent::event)
                .isNotEqualTo("signed-in");
        assertThat(stream.after(EventStream.positionOf(before), 2)).isEqualTo(first);
        assertThat(stream.of(session.id())).hasSizeGreaterThanOrEqualTo(3);
        assertThat(stream.of(SessionId.ofPublicId("A".repeat(22)).orElseThrow()))
                .isEmpty();
        assertThatThrownBy(() -> stream.after("tomorrow", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stream.last(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(SessionAdmin.builder(store).build().doctor().examine().findings())
                .extracting(Finding::code)
                .doesNotContain("foreign-keys", "no-ttl");
    }

    @Test
    void aPrincipalIsNamedByAPseudonymUnlessTheDeployerAllowsNames() {
        SessionManager node = node(store, EventPublisher.builder());
        Session session = node.create();
        session.signIn("ada");
        node.save(session);

        SharedEvent signedIn = events(named("signed-in")).get(1);

        assertThat(signedIn.principal()).contains(AuditObserver.pseudonym("ada"));
        assertThat(signedIn.node()).isNotBlank();
    }

    /** The engine tells of an end with its cause where a listener hears of it. */
    @Test
    void anEndHasItsCauseAndNoEntryHasASecret() {
        SessionManager node = node(store, EventPublisher.builder().node("one"));
        try (EndWatch watch = node.listenToEnds(end -> {})) {
            assertThat(watch).isNotNull();
            Session session = node.create();
            session.signIn("ada");
            node.save(session);
            String token = session.token().reveal();
            node.revoke(session.id());

            SharedEvent ended = events(named("ended")).stream()
                    .filter(named("ended"))
                    .findAny()
                    .orElseThrow();
            assertThat(ended.session()).contains(session.id());
            assertThat(ended.detail()).contains("REVOKED_ID");
            assertThat(node.find(token)).isEmpty();
            assertThat(events(named("shown-after-end")).toString()).doesNotContain(token, token.substring(22));
            try (RedisProbe probe = layout.masters().get(0).probe()) {
                assertThat(String.valueOf(probe.call("XRANGE", "shop:@events", "-", "+")))
                        .doesNotContain(token.substring(22));
            }
        }
    }

    @Test
    void manyEventsOfOneKindAreCountedAndTheStreamIsBounded() {
        SessionManager node = node(store, EventPublisher.builder().node("one"));
        try (RedisProbe probe = layout.masters().get(0).probe()) {
            stored(node, 1_000);
            EventStream stream = new EventStream(store);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(stream.last(1_000).stream()
                                    .filter(named("created"))
                                    .mapToLong(SharedEvent::count)
                                    .sum())
                            .isEqualTo(1_000));
            assertThat((Long) probe.call("PTTL", "shop:@events"))
                    .isBetween(1L, Duration.ofDays(7).toMillis());
            for (int i = 0; i < 13; i++) {
                Object unused = probe.call(
                        "EVAL",
                        "for i = 1, 1000 do redis.call('XADD', KEYS[1], '*', 'e', 'flood') end return 1",
                        "1",
                        "shop:@events");
            }
            stored(node, 1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat((Long) probe.call("XLEN", "shop:@events"))
                            .isBetween(10_000L, 11_000L));
        }
    }

    /** Another program has written long texts and many fields to the stream. They are cut, and all events can be read. */
    @Test
    void entriesOfOthersAreReadAndCut() {
        EventStream stream = new EventStream(store);
        try (RedisProbe probe = layout.masters().get(0).probe()) {
            assertThat(probe.call(
                            "XADD",
                            "shop:@events",
                            "1790000000000000-0",
                            "e",
                            "x".repeat(1 << 20),
                            "s",
                            "no id",
                            "c",
                            "-7"))
                    .isNotNull();
            List<String> many = new ArrayList<>(List.of("XADD", "shop:@events", "*"));
            for (int i = 0; i < 1_000; i++) {
                many.addAll(List.of("field-" + i, HOSTILE));
            }
            assertThat(probe.call(many.toArray(String[]::new))).isNotNull();
        }
        List<SharedEvent> read = stream.last(10);
        assertThat(read).hasSize(2).allSatisfy(event -> {
            assertThat(event.event()).hasSizeLessThan(2_000);
            assertThat(event.session()).isEmpty();
            assertThat(event.count()).isEqualTo(1);
            assertThat(event.toString()).hasSizeLessThan(1_000).doesNotContain("\u001b", "\n");
        });
        assertThat(stream.after(read.get(0).position(), 10)).containsExactly(read.get(1));
    }

    /** A session can be shown, then, and why it ended. */
    @Test
    void anotherProgramsKeyInPlaceOfTheStreamIsToldApart() {
        EventStream stream = new EventStream(store);
        try (RedisProbe probe = layout.masters().get(0).probe()) {
            assertThat(probe.call("SET", "shop:@events", "something else")).isEqualTo("OK");
        }
        assertThat(stream.isReadable()).isFalse();
        assertThatThrownBy(() -> stream.last(1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("WRONGTYPE");
    }

    @Test
    void aPositionThatRedisWouldRefuseIsNone() {
        EventStream stream = new EventStream(store);
        for (String position : List.of("", "-", "1", "1-2; x", "99999999999999999999-0", "0-99999999999999999999")) {
            assertThatThrownBy(() -> stream.after(position, 1))
                    .as(position)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no position");
        }
        assertThat(stream.after("18446744073709551615-0", 1)).isEmpty();
    }

    @Test
    void whatVisitorsCauseLeavesRoomForTheRest() {
        SessionManager node = node(store, EventPublisher.builder());
        stored(node, 200);
        EventStream stream = new EventStream(store);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(stream.last(1_000).stream()
                                .mapToLong(SharedEvent::count)
                                .sum())
                        .isEqualTo(200));
        assertThat(stream.last(1_000))
                .anyMatch(event -> event.count() > 1 && event.session().isEmpty());
    }

    @Test
    void aTokenThatWasMadeUpIsCountedAndOneThatWasGuessedIsNamed() {
        SessionManager node = node(store, EventPublisher.builder());
        Session session = stored(node, 1);
        assertThat(node.find("A".repeat(SessionToken.LENGTH))).isEmpty();
        assertThat(node.find(session.id() + "A".repeat(SessionToken.LENGTH - SessionId.LENGTH)))
                .isEmpty();

        List<SharedEvent> all = events(named("unknown-id"));

        assertThat(all)
                .filteredOn(named("wrong-secret"))
                .singleElement()
                .extracting(SharedEvent::session)
                .isEqualTo(Optional.of(session.id()));
        assertThat(all)
                .filteredOn(named("unknown-id"))
                .singleElement()
                .extracting(SharedEvent::session)
                .isEqualTo(Optional.empty());
    }

    @Test
    void aNodeGoesOnWithoutTheRightAndSaysHowManyEventsWereLost() {
        try (RedisProbe probe = layout.masters().get(0).probe()) {
            Object unused = probe.call("ACL", "SETUSER", "default", "-xadd");
            SessionManager node = node(store, EventPublisher.builder());
            stored(node, 3);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(probe.call("ACL", "LOG")).contains("xadd"));
            assertThat(probe.call("ACL", "SETUSER", "default", "+xadd")).isNotNull();
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                stored(node, 1);
                assertThat(new EventStream(store).last(100)).anyMatch(named("lost"));
            });
        }
    }

    @Test
    void theStoreIsFoundBeneathLayers() {
        SessionManager node = SessionManager.create(
                new ForwardingStore(store) {},
                SessionSettings.builder().alsoObserve(new EventPublisher()).build());
        stored(node, 1);

        assertThat(events(named("created"))).hasSize(1);
    }

    /** Redis 6.2 says it in other words than later versions. */
    @ParameterizedTest
    @MethodSource("servers")
    void aUserWithoutTheRightToReadEventsIsToldSo(RedisBinary binary) {
        stop();
        layout = RedisLayout.start(RedisLayout.Kind.SERVER, binary);
        store = World.store(layout, "shop");
        EventStream stream = new EventStream(store);
        assertThat(stream.isReadable()).isTrue();
        try (RedisProbe probe = layout.masters().get(0).probe()) {
            Object unused = probe.call("ACL", "SETUSER", "default", "-xrevrange");
            assertThat(stream.isReadable()).isFalse();
            assertThatThrownBy(() -> stream.last(1))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("XREVRANGE");
        }
    }

    static Stream<RedisBinary> servers() {
        return RedisServers.available().stream();
    }
}
