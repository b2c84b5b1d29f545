package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.UnreadableSessionException;
import io.sojourn.ends.EndWatch;
import io.sojourn.redis.RedisNode.ErrorReply;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the admin tells, compared with what the test has made and what lies in Redis: on each server, a cluster, and behind sentinels. */
@ParameterizedClass
@MethodSource("layouts")
class SessionAdminTest {

    /** Servers, and one connection for all tests; each has a prefix of its own. JUnit closes it. */
    record Place(RedisLayout layout, RedisStore store) implements AutoCloseable {

        static Place start(RedisLayout.Kind kind, RedisBinary binary) {
            RedisLayout layout = RedisLayout.start(kind, binary);
            return new Place(layout, World.store(layout, "none"));
        }

        @Override
        public void close() {
            store.close();
            layout.close();
        }

        @Override
        public String toString() {
            return layout.toString();
        }
    }

    private final RedisLayout layout;
    private final World world;

    SessionAdminTest(Place place) {
        this.layout = place.layout();
        this.world = new World(place.store(), SessionSettings.defaults());
    }

    static Stream<Place> layouts() {
        return Stream.concat(
                RedisServers.available().stream().map(binary -> Place.start(RedisLayout.Kind.SERVER, binary)),
                Stream.of(RedisLayout.Kind.CLUSTER, RedisLayout.Kind.SENTINELS)
                        .map(kind -> Place.start(kind, RedisServers.preferred())));
    }

    private void onMasters(String... command) {
        for (RedisServer master : layout.masters()) {
            try (RedisProbe probe = master.probe()) {
                Object unused = probe.call(command);
            }
        }
    }

    /** Sent to the master of its key. */
    private void onKey(String key, String command, String... more) {
        String[] arguments = Stream.concat(Stream.of(key), Arrays.stream(more)).toArray(String[]::new);
        List<@Nullable Object> reply = world.store
                .master(key)
                .call(command, arguments)
                .toCompletableFuture()
                .join();
        assertThat(reply).noneMatch(ErrorReply.class::isInstance);
    }

    @Test
    void countsWhatIsThereAndNothingElse() {
        world.populate(120, 40);
        assertThat(world.sessions.revoke(SessionId.random(new Random(1)))).isFalse(); // Perhaps leaves a tombstone.
        onKey(world.store.prefix() + ":" + SessionId.random(new Random(2)), "SET", "a string");
        onKey(world.store.prefix() + "2:" + SessionId.random(new Random(3)), "HSET", "v", "of another application");

        assertThat(world.admin().count().estimated()).isFalse();
        assertThat(world.admin().count().sessions()).isEqualTo(world.made.size());
        assertThat(world.admin().countAll().sessions()).isEqualTo(world.made.size());
        world.ofPrincipal.forEach(
                (name, ids) -> assertThat(world.admin().countOf(name)).as(name).isEqualTo(ids.size()));
        assertThat(world.admin().countOf("tenant", "tenant-1"))
                .isEqualTo(world.ofTenant("tenant-1").size());
    }

    @Test
    void aTombstoneIsNoSession() {
        world.populate(1, 1);
        SessionId never = SessionId.random(new Random(4));
        world.store.tombstone(never).toCompletableFuture().join();

        assertThat(world.admin().count().sessions()).isEqualTo(world.made.size());
        assertThat(world.admin().why(never).state()).isEqualTo(SessionFate.State.FORBIDDEN);
    }

    @Test
    void anEstimateIsNearAndSaysThatItIsOne() {
        if (world.store.isCluster()) {
            return; // One server is enough: each is estimated by itself.
        }
        world.populate(600, 0);
        onMasters("EVAL", "for i = 1, 30000 do redis.call('SET', KEYS[1] .. i, '') end", "1", "other:");
        try {
            SessionCount count = world.admin().count();

            assertThat(count.estimated()).isTrue();
            assertThat(count.keys()).isBetween(10_000L, 11_000L);
            assertThat((double) count.sessions())
                    .isCloseTo(600, within(240.0)); // Seven standard deviations of a sample of a third.
            assertThat(SessionAdmin.builder(world.store)
                            .keysPerSecond(1_000_000)
                            .build()
                            .countAll())
                    .matches(all -> !all.estimated() && all.sessions() == 600);
        } finally {
            onMasters("FLUSHALL");
        }
    }

    @Test
    void pagesOfAScanHaveEachSessionAndGoOnInAnotherProcess() {
        world.populate(300, 60);
        Set<SessionId> listed = new HashSet<>();
        Optional<String> next = Optional.empty();
        int pages = 0;
        do {
            SessionListing page = world.admin().list(SessionFilter.all(), next.orElse(null), 50);
            page.sessions().forEach(entry -> listed.add(entry.id()));
            assertThat(page.sessions()).hasSizeLessThan(150);
            next = page.next();
            pages++;
        } while (next.isPresent());

        assertThat(listed).isEqualTo(world.made.keySet());
        assertThat(pages).isGreaterThan(3);
    }

    @Test
    void aCursorOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> world.admin().list(SessionFilter.all(), "17", 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("next of the page before");
        String tooLarge = world.store.masters().get(0).name() + "/99999999999999999999";
        assertThatThrownBy(() -> world.admin().list(SessionFilter.all(), tooLarge, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("next of the page before");
        assertThatThrownBy(() -> world.admin().list(SessionFilter.all(), "elsewhere:1/17", 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no master any more");
        assertThatThrownBy(() -> world.admin().list(SessionFilter.all(), null, 1_001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000");
    }

    @Test
    void listsByPrincipalAndByIndex() {
        world.populate(20, 30);
        world.ofPrincipal.forEach((name, ids) ->
                assertThat(ids(SessionFilter.ofPrincipal(name))).as(name).isEqualTo(ids));
        world.ofTenant.forEach((name, ids) ->
                assertThat(ids(SessionFilter.ofIndex("tenant", name))).as(name).isEqualTo(ids));
        assertThat(ids(SessionFilter.ofPrincipal("nobody"))).isEmpty();
    }

    private Set<SessionId> ids(SessionFilter filter) {
        Set<SessionId> ids = new HashSet<>();
        String after = null;
        do {
            SessionListing page = world.admin().list(filter, after, 7);
            page.sessions().forEach(entry -> assertThat(ids.add(entry.id())).isTrue());
            after = page.next().orElse(null);
        } while (after != null);
        return ids;
    }

    @Test
    void listsByLastUse() {
        world.populate(10, 5);
        Instant now = Instant.now();
        Session old = world.sessions.create();
        old.set("a", 1);
        world.save(old);
        onKey(
                world.key(old.id()),
                "HSET",
                "t",
                "" + now.minus(Duration.ofHours(2)).toEpochMilli());
        Instant anHourAgo = now.minus(Duration.ofHours(1));

        assertThat(ids(SessionFilter.all().usedBefore(anHourAgo))).containsExactly(old.id());
        assertThat(ids(SessionFilter.all().usedAfter(anHourAgo)))
                .hasSize(world.made.size() - 1)
                .doesNotContain(old.id());
    }

    @Test
    void showsOneSessionWithoutValuesAndSecrets() {
        Session session = world.sessions.create();
        session.signIn("ada");
        session.setIdleTimeout(Duration.ofMinutes(7));
        session.index("tenant", "acme");
        session.label("device", "phone");
        session.set("count", 5);
        session.set("pin", "private");
        session.set("picture", new byte[5_000]);
        session.set("map", new HashMap<>(Map.of("a", 1L)));
        world.save(session);

        SessionDetails details = world.admin().show(session.id()).orElseThrow();

        assertThat(details.info().principal()).contains("ada");
        assertThat(details.info().labels()).containsExactly(Map.entry("device", "phone"));
        assertThat(details.indexes()).containsExactly(Map.entry("tenant", "acme"));
        assertThat(details.idleTimeout()).contains(Duration.ofMinutes(7));
        assertThat(details.deadline()).isEqualTo(session.absoluteDeadline());
        assertThat(details.timeToLive().orElseThrow()).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(9));
        assertThat(details.memory().orElseThrow()).isGreaterThan(5_000);
        assertThat(details.attributes())
                .extracting(AttributeDetails::name)
                .containsExactly("count", "pin", "picture", "map");
        assertThat(details.attributes())
                .extracting(AttributeDetails::type)
                .containsExactly("Integer", "String", "byte[]", "HashMap");
        assertThat(details.attributes().get(2).bytes()).isBetween(5_000, 5_010);
        assertThat(details.attributes()).allMatch(one -> one.value().isEmpty());
        String token = session.token().reveal();
        assertThat(details.toString()).doesNotContain("private").doesNotContain(token.substring(SessionId.LENGTH));
        assertThatThrownBy(() -> world.admin().showWithValues(session.id()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("showValues");
        assertThat(world.admin().show(SessionId.random(new Random(5)))).isEmpty();
    }

    @Test
    void showsValuesWhereThatIsAllowedAsStructureWithoutClasses() {
        Session session = world.sessions.create();
        session.set("cart", new ArrayList<>(List.of("tea", "milk")));
        session.set("limit", 5L);
        session.set("long", "x".repeat(50_000));
        world.save(session);

        SessionDetails details = SessionAdmin.builder(world.store)
                .showValues(true)
                .build()
                .showWithValues(session.id())
                .orElseThrow();

        assertThat(details.attributes().get(0).value()).contains("[\"tea\",\"milk\"]");
        assertThat(details.attributes().get(1).value()).contains("{\"Long\":5}");
        assertThat(details.attributes().get(2).value().orElseThrow()).hasSize(SessionAdmin.MAX_VALUE_CHARACTERS + 1);
    }

    @Test
    void lookingDoesNotProlongASession() {
        world.populate(0, 3);
        SessionId id = world.made.keySet().iterator().next();
        onKey(world.key(id), "PEXPIRE", "60000");
        world.admin().show(id);
        world.admin().list(SessionFilter.all(), null, 100);
        world.admin().sizes(100);

        assertThat(world.admin().show(id).orElseThrow().timeToLive().orElseThrow())
                .isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void tellsWhoIsSignedInAndHowOften() {
        world.populate(50, 40);
        Map<String, Long> told = new HashMap<>();
        Optional<String> next = Optional.empty();
        do {
            SignedInPage page = world.admin().signedIn(next.orElse(null), 10);
            page.principals().forEach(one -> told.put(one.principal(), one.sessions()));
            next = page.next();
        } while (next.isPresent());

        assertThat(told)
                .isEqualTo(world.ofPrincipal.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry ->
                        (long) entry.getValue().size())));
    }

    /** Something else may have removed them, and an index is not told. */
    @Test
    void tellsWhoIsSignedInAlsoIfTheOldestSessionsAreGone() {
        world.signedIn("ada", "acme");
        world.sessions.revokeAll(
                "ada"); // The time of the revocation is among the first members of the index from now on.
        for (int i = 0; i < 45; i++) {
            Session session = world.signedIn("ada", "acme");
            if (i < 44) {
                onKey(world.key(session.id()), "UNLINK");
            }
        }
        assertThat(world.admin().signedIn(null, 100).principals())
                .singleElement()
                .matches(one -> one.principal().equals("ada") && one.sessions() == 1);
    }

    @Test
    void endsOneAllOfAPrincipalAndAllOfAnIndex() {
        world.populate(3, 12);
        SessionId one = world.ofPrincipal("user-7").iterator().next();
        Session loaded = world.sessions.findById(one).orElseThrow();

        assertThat(world.admin().end(one)).isTrue();
        assertThat(world.admin().end(one)).isFalse();
        loaded.set("late", true);
        assertThat(world.sessions.save(loaded)).isEqualTo(SaveOutcome.GONE);

        assertThat(world.admin().endAll("user-7")).isEqualTo(3);
        assertThat(world.sessions.findByPrincipal("user-7")).isEmpty();
        int left = (int) world.admin().countOf("tenant", "tenant-0");
        assertThat(world.admin().endIndex("tenant", "tenant-0")).isEqualTo(left).isPositive();
        assertThat(world.admin().countOf("tenant", "tenant-0")).isZero();
        assertThat(world.admin().countOf("tenant", "tenant-1")).isPositive();
    }

    @Test
    void aSignInThatBeganBeforeTheEndOfAllIsRefused() {
        Session late = world.sessions.create();
        late.signIn("ada");
        world.signedIn("ada", "acme");

        assertThat(world.admin().endAll("ada")).isEqualTo(1);

        assertThat(world.sessions.save(late)).isNotEqualTo(SaveOutcome.SAVED);
        assertThat(world.sessions.findByPrincipal("ada")).isEmpty();
    }

    @Test
    void tellsWhatIsLarge() {
        world.populate(30, 0);
        Session large = world.sessions.create();
        large.set("picture", new byte[300_000]);
        large.set("visits", 1);
        world.save(large);

        SessionSizes sizes = world.admin().sizes(1_000);

        assertThat(sizes.whole()).isTrue();
        assertThat(sizes.sampled()).isEqualTo(world.made.size());
        assertThat(sizes.largest().get(0).id()).isEqualTo(large.id());
        assertThat(sizes.largest().get(0).bytes()).isGreaterThan(300_000);
        assertThat(sizes.attributes()).extracting("name").containsExactly("picture", "visits");
        assertThat(sizes.attributes().get(1).sessions()).isEqualTo(31);
        assertThat(world.admin().sizes(10)).matches(sample -> sample.sampled() == 10 && !sample.whole());
    }

    @Test
    void hostileNamesAreEscapedAndCutInAllThatIsPrinted() {
        world.populate(0, World.HOSTILE.size());
        Session session = world.sessions.create();
        World.HOSTILE.forEach(name -> {
            session.set(name, name);
            session.label(
                    name.substring(0, Math.min(name.length(), 20)), name.substring(0, Math.min(name.length(), 60)));
        });
        world.save(session);
        SessionAdmin admin = SessionAdmin.builder(world.store).showValues(true).build();
        List<String> printed = new ArrayList<>();
        admin.list(SessionFilter.all(), null, 1_000).sessions().forEach(one -> printed.add(one.toString()));
        admin.signedIn(null, 100).principals().forEach(one -> printed.add(one.toString()));
        printed.add(admin.showWithValues(session.id()).orElseThrow().toString());
        printed.add(admin.sizes(100).toString());

        assertThat(printed).hasSizeGreaterThan(2 * World.HOSTILE.size()).allSatisfy(line -> {
            assertThat(line).doesNotContain("\u001b", "\u202e", "\n");
            assertThat(line.length()).isLessThan(5_000);
        });
    }

    @Test
    void aSessionThatCannotBeReadIsListedWithTheReason() {
        world.populate(2, 2);
        Session damaged = world.sessions.create();
        damaged.set("a", 1);
        world.save(damaged);
        onKey(world.key(damaged.id()), "HSET", "r", "\u0002from the future");

        assertThat(world.admin().list(SessionFilter.all(), null, 100).sessions())
                .hasSize(world.made.size())
                .filteredOn(entry -> entry.info().isEmpty())
                .singleElement()
                .matches(entry ->
                        entry.id().equals(damaged.id()) && entry.unreadable().contains("format 2"));
        assertThatThrownBy(() -> world.admin().show(damaged.id()))
                .isInstanceOf(UnreadableSessionException.class)
                .hasMessageContaining("format 2");
        assertThat(world.admin().why(damaged.id()).state()).isEqualTo(SessionFate.State.UNREADABLE);
        assertThat(world.admin().count().sessions()).isEqualTo(world.made.size());
    }

    /** They end with the others, so an operator must know of them before. */
    @Test
    void sessionsOfAPrincipalThatCannotBeReadAreListedAndCounted() {
        Session readable = world.signedIn("ada", "acme");
        for (int i = 0; i < 3; i++) {
            onKey(world.key(world.signedIn("ada", "acme").id()), "HSET", "r", "\u0002from the future");
        }
        onKey(world.key(world.signedIn("ada", "acme").id()), "UNLINK");
        SessionAdmin admin = world.admin();

        List<SessionEntry> listed = new ArrayList<>();
        String next = null;
        do {
            SessionListing page = admin.list(SessionFilter.ofPrincipal("ada"), next, 2);
            listed.addAll(page.sessions());
            next = page.next().orElse(null);
        } while (next != null);
        assertThat(listed).hasSize(4);
        assertThat(listed)
                .filteredOn(entry -> entry.info().isPresent())
                .extracting(SessionEntry::id)
                .containsExactly(readable.id());
        assertThat(listed)
                .filteredOn(entry -> entry.info().isEmpty())
                .allMatch(entry -> entry.unreadable().contains("format 2"));
        assertThat(admin.list(SessionFilter.ofPrincipal("ada").usedAfter(Instant.EPOCH), null, 10)
                        .sessions())
                .hasSize(1);
        assertThat(admin.countOf("ada")).isEqualTo(4);
        assertThat(admin.countOf("tenant", "acme")).isEqualTo(4);
        assertThat(admin.endAll("ada")).isEqualTo(4);
        assertThat(admin.countOf("ada")).isZero();
    }

    @Test
    void endsAreRecordedAsSoonAsTheApplicationDoes() {
        World recorded =
                new World(world.store, SessionSettings.builder().endEvents(true).build());
        SessionAdmin admin = recorded.admin();
        assertThat(admin.end(SessionId.random(new Random(6)))).isFalse(); // No session is there yet.

        Session session = recorded.signedIn("ada", "acme");
        assertThat(admin.end(session.id())).isTrue();
        assertThat(admin.why(session.id()).cause()).contains("revoked_id");
    }

    /** What is kept of the session has the name of the node that has ended it, too. */
    @Test
    void tellsWhyASessionEndedOfWhichEveryNodeIsToHear() {
        World recorded = new World(
                world.store,
                SessionSettings.builder()
                        .endEvents(true)
                        .endEventsOnEveryNode(true)
                        .build());
        Session session = recorded.signedIn("ada", "acme");
        assertThat(recorded.sessions.revoke(session)).isTrue();
        assertThat(recorded.admin().why(session.id()))
                .isEqualTo(new SessionFate(
                        SessionFate.State.ENDED_UNTOLD, Optional.of("signed_out"), Optional.empty(), Optional.empty()));
    }

    @Test
    void tellsWhyASessionEnded() {
        SessionSettings settings = SessionSettings.builder().endEvents(true).build();
        World recorded = new World(world.store, settings);
        Session session = recorded.signedIn("ada", "acme");
        Session other = recorded.signedIn("ada", "acme");
        SessionAdmin admin = recorded.admin();
        assertThat(admin.why(session.id()).state()).isEqualTo(SessionFate.State.LIVES);
        assertThat(admin.why(session.id()).last().orElseThrow().principal()).contains("ada");

        assertThat(admin.end(session.id())).isTrue();
        assertThat(admin.why(session.id()))
                .isEqualTo(new SessionFate(
                        SessionFate.State.ENDED_UNTOLD, Optional.of("revoked_id"), Optional.empty(), Optional.empty()));
        try (EndWatch watch = recorded.sessions.listenToEnds(end -> {})) {
            assertThat(admin.endAll("ada")).isEqualTo(1);
            Awaitility.await().until(() -> admin.why(other.id()).state() == SessionFate.State.ENDED);
            assertThat(watch).isNotNull();
        }
        assertThat(admin.why(other.id()).cause()).contains("revoked_all");
        assertThat(admin.why(other.id()).endedAt()).isPresent();
        assertThat(world.admin().why(SessionId.random(new Random(6))).state()).isEqualTo(SessionFate.State.UNKNOWN);
    }
}
