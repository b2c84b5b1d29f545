package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an index lies in Redis, seen from behind: what is in the set, when it ends, and what happens to what is not ours. */
@Tag("slow")
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class IndexLayoutTest {

    private static final Binding NOW = Binding.unlimited(Duration.ZERO);
    private static final long SLACK = 20_000;

    private static final double MARKED = -9e15;
    private static final double BOUND = -7.5e15;
    private static final double ENDS = -6e15;

    private final String uri;
    private final RedisStore store;
    private final RedisProbe probe;
    private final IndexKey key = IndexKey.of("principal", "ada");
    private final String name = "sojourn:@principal:" + key.hash();
    private final SessionId id = newId();

    IndexLayoutTest(RedisServer server) {
        uri = server.uri();
        store = Servers.connectTo(uri);
        probe = server.probe();
        probe.call("DEL", name);
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private void enter(SessionId session, @Nullable Duration timeToLive, @Nullable Binding binding) {
        answer(store.enter(new IndexEntry(key, session, timeToLive, binding)));
    }

    private List<?> set() {
        return (List<?>) Objects.requireNonNull(probe.call("ZRANGE", name, "0", "-1"));
    }

    /** What a score is more than now in its range, in milliseconds. */
    private double fromNow(String member, double range) {
        return (Double.parseDouble(score(member)) - range - now()) / 1_000;
    }

    private String score(String member) {
        return (String) Objects.requireNonNull(probe.call("ZSCORE", name, member));
    }

    /** By the server's clock, as in a score: in microseconds. */
    private double now() {
        List<?> time = (List<?>) Objects.requireNonNull(probe.call("TIME"));
        return Double.parseDouble((String) time.get(0)) * 1e6 + Double.parseDouble((String) time.get(1)) - 1.7e15;
    }

    /** A member and when it was bound, as another writer might put them there. */
    private void put(String member, double range, Duration fromNow) {
        probe.call("ZADD", name, String.format(Locale.ROOT, "%.0f", range + now() + fromNow.toNanos() / 1e3), member);
    }

    private List<IndexMember> members() {
        IndexPage page = answer(store.page(key, null, 100));
        assertThat(page.next()).isNull();
        return Stream.concat(page.marked().stream(), page.members().stream()).toList();
    }

    private List<IndexMember> mark() {
        return answer(store.mark(key, null)).marked();
    }

    private void assertEndsIn(Duration time) {
        assertThat(probe.ttlMillis(name)).isBetween(time.toMillis() - SLACK, time.toMillis() + 1); // Rounded up.
    }

    @Test
    void aSetHoldsWhenASessionWasBoundAndWhenItEnds() {
        enter(id, Duration.ofMinutes(10), NOW);
        assertThat(set()).hasToString("[+" + id + ", " + id + "]");
        assertThat(fromNow("+" + id, BOUND)).isBetween(-SLACK / 1.0, 0.0);
        assertThat(fromNow(id.toString(), ENDS)).isBetween(600_000 - SLACK / 1.0, 600_000.0);
        assertEndsIn(Duration.ofMinutes(10));
        enter(newId(), Duration.ofMinutes(5), null);
        assertEndsIn(Duration.ofMinutes(10));
        enter(newId(), Duration.ofMinutes(30), null);
        assertEndsIn(Duration.ofMinutes(30));
    }

    @Test
    void aSessionIsPendingForTwoMinutesAfterItWasBound() {
        enter(id, Duration.ofMinutes(10), NOW);
        put("+" + id, BOUND, Duration.ofSeconds(-119));
        assertThat(members()).containsExactly(new IndexMember(id, true, false));
        put("+" + id, BOUND, Duration.ofMinutes(-2));
        assertThat(members()).containsExactly(new IndexMember(id, false, false));
    }

    @Test
    void aSetWithoutAnEndGetsOneWhenItsLastEndlessMemberLeaves() {
        enter(id, null, null);
        assertThat(score(id.toString())).isEqualTo("-1");
        SessionId other = newId();
        enter(other, Duration.ofMinutes(10), null);
        assertThat(probe.ttlMillis(name)).isEqualTo(-1);
        answer(store.leave(key, List.of(id), true));
        assertEndsIn(Duration.ofMinutes(10));
        answer(store.leave(key, List.of(other), true));
        assertThat(probe.type(name)).isEqualTo("none");
    }

    @Test
    void whatHasEndedIsPrunedByWhoeverComesNext() {
        enter(id, Duration.ofMinutes(10), null);
        SessionId ended = newId();
        put(ended.toString(), ENDS, Duration.ofMillis(-1));
        put("+" + ended, BOUND, Duration.ofMinutes(-10));
        assertThat(members()).containsExactly(new IndexMember(id, false, false));
        assertThat(set()).hasToString("[+" + id + ", " + id + "]");
    }

    /** Sessions that have ended a second ago. */
    private void putEnded(int count) {
        String one = newId().toString();
        for (int from = 0; from < count; from += 10_000) {
            probe.call(
                    "EVAL",
                    "for i = ARGV[5] + 1, ARGV[5] + 10000 do local id = ARGV[1] .. string.format('%06d', i) .. ARGV[2]"
                            + " redis.call('ZADD', KEYS[1], ARGV[3] + i, '+' .. id, ARGV[4], id) end",
                    "1",
                    name,
                    one.substring(0, 15),
                    one.substring(21),
                    String.format(Locale.ROOT, "%.0f", BOUND + 1),
                    String.format(Locale.ROOT, "%.0f", ENDS + now() - 1e6),
                    Integer.toString(from));
        }
    }

    /** Of 20,000 that have ended each page takes out a thousand, and looks at four thousand. */
    @Test
    void aPageLooksAtFewOfManyThatHaveEnded() {
        SessionId alive = newId();
        putEnded(20_000);
        enter(alive, Duration.ofMinutes(10), NOW);
        List<IndexMember> found = new ArrayList<>();
        IndexCursor next = null;
        int pages = 0;
        do {
            probe.resetStats();
            IndexPage page = answer(store.page(key, next, 100));
            assertThat(probe.commandStats().getOrDefault("zscore", 0L)).isLessThan(4_200);
            found.addAll(page.members());
            next = page.next();
            pages++;
        } while (next != null);
        assertThat(found).contains(new IndexMember(alive, true, false)).hasSizeLessThan(10);
        assertThat(pages).isBetween(3, 10);
    }

    /** A limit that was set when 100,000 had ended and some are alive: a thousand of the dead are taken out, and the rest stays. */
    @Test
    void aSignInBelowTheLimitTakesOutFewOfManyThatHaveEnded() {
        putEnded(100_000);
        for (int i = 0; i < 3; i++) {
            enter(numbered(i), Duration.ofMinutes(10), null);
        }
        probe.resetStats();
        Binding limited = new Binding(Duration.ZERO, 0, 4, false);
        assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), limited))))
                .isInstanceOf(EntryResult.Entered.class);
        assertThat(probe.commandStats()).containsEntry("evalsha", 1L);
        assertThat(probe.commandStats().get("zrem")).isBetween(1_000L, 2_000L);
    }

    /** Exactly the oldest of those that live give way, and no script takes out more than two thousand that have ended. */
    @Test
    void aSignInAtTheLimitTakesOutManyThatHaveEndedInSteps() {
        putEnded(100_000);
        for (int i = 0; i < 5; i++) {
            put("+" + numbered(i), BOUND, Duration.ofMinutes(-i));
            put(numbered(i).toString(), ENDS, Duration.ofMinutes(10));
        }
        probe.resetStats();
        Binding limited = new Binding(Duration.ZERO, 0, 5, false);
        assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), limited))))
                .isInstanceOf(EntryResult.Full.class);
        Map<String, Long> calls = probe.commandStats();
        assertThat(calls.getOrDefault("zrem", 0L)).isBetween(100_000L, 2_000 * calls.getOrDefault("evalsha", 0L));
        Binding making = new Binding(Duration.ZERO, 0, 4, true);
        assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), making))))
                .isInstanceOfSatisfying(
                        EntryResult.Entered.class,
                        entered -> assertThat(entered.marked())
                                .extracting(IndexMember::id)
                                .containsExactlyInAnyOrder(numbered(3), numbered(4)));
    }

    /** The steps take time, in which the sign-in gets older: a revocation between two of them is later than it. */
    @Test
    void aRevocationWhileASignInTakesOutManyThatHaveEndedEndsIt() {
        putEnded(100_000);
        for (int i = 0; i < 5; i++) {
            enter(numbered(i), Duration.ofMinutes(10), null);
        }
        Binding making = new Binding(Duration.ZERO, 0, 5, true);
        CompletionStage<EntryResult> entering = store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), making));
        answer(store.mark(key, null));
        if (answer(entering) != EntryResult.REVOKED) {
            // This machine stood still until all steps were done.
            assertThat(Double.parseDouble(score("+" + id))).isLessThanOrEqualTo(Double.parseDouble(score("!")));
        }
    }

    @Test
    void aRevocationIsKnownForAnHour() {
        enter(id, Duration.ofMinutes(10), null);
        answer(store.mark(key, null));
        assertThat(set()).hasToString("[+" + id + ", !, " + id + "]");
        assertThat(fromNow("!", BOUND)).isBetween(-SLACK / 1.0, 0.0);
        assertEndsIn(Duration.ofHours(1));
        answer(store.leave(key, List.of(id), true));
        assertThat(set()).hasToString("[!]");
        assertEndsIn(Duration.ofHours(1));
        put("!", BOUND, Duration.ofHours(-1));
        enter(id, Duration.ofMinutes(1), Binding.unlimited(Duration.ofMinutes(59)));
        assertThat(members()).containsExactly(new IndexMember(id, true, false));
        assertEndsIn(Duration.ofMinutes(1));
    }

    /** A marked session stays marked for as long as it is there, even if nobody ends it within that hour. */
    @Test
    void whatWasRevokedLongAgoAndNotEndedIsStillMarked() {
        enter(id, Duration.ofHours(10), null);
        answer(store.mark(key, null));
        put("!", BOUND, Duration.ofHours(-5));
        put("+" + id, BOUND, Duration.ofHours(-6));
        enter(newId(), Duration.ofHours(10), NOW);
        assertThat(answer(store.marked(key))).containsExactly(new IndexMember(id, false, true));
    }

    /** Two thousand that the limit has left over from before it was set. */
    @Test
    void aSignInAtTheLimitCostsTheSameHoweverManyThereAre() {
        List<Long> bytes = new ArrayList<>();
        for (int many : List.of(60, 2_000)) {
            probe.call("DEL", name);
            for (int i = 0; i < many; i++) {
                put("+" + numbered(i), BOUND, Duration.ofMinutes(-i));
                put(numbered(i).toString(), ENDS, Duration.ofMinutes(i + 10));
            }
            long before = sent();
            Binding limited = new Binding(Duration.ZERO, 0, 50, false);
            assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), limited))))
                    .isInstanceOf(EntryResult.Full.class);
            bytes.add(sent() - before);
        }
        assertThat(bytes.get(1)).isLessThan(bytes.get(0) + 500);
    }

    private static SessionId numbered(int number) {
        return SessionId.random(new Random(number));
    }

    private long sent() {
        String info = (String) Objects.requireNonNull(probe.call("INFO", "stats"));
        return Long.parseLong(info.replaceAll("(?s).*total_net_output_bytes:(\\d+).*", "$1"));
    }

    /** As version 0.1.0 wrote them at first: scored by the millisecond in which each ends. */
    @Test
    void whatAnEarlierVersionWroteIsTakenOver() {
        double now = (now() + 1.7e15) / 1_000;
        List<SessionId> ids = Stream.generate(() -> newId()).limit(6).toList();
        BiConsumer<String, Double> old =
                (member, millis) -> probe.call("ZADD", name, String.format(Locale.ROOT, "%.0f", now + millis), member);
        old.accept(ids.get(0).toString(), 600_000.0);
        old.accept("!" + ids.get(1), 600_000.0);
        old.accept(ids.get(2).toString(), 1_200_000.0);
        old.accept("+" + ids.get(2), 60_000.0);
        old.accept(ids.get(3).toString(), -1.0);
        probe.call("ZADD", name, "+inf", ids.get(4).toString());
        old.accept("!", 3_000_000.0); // Revoked ten minutes ago, and these have come since.
        enter(ids.get(5), Duration.ofMinutes(1), Binding.unlimited(Duration.ofMinutes(9)));
        assertThat(members())
                .containsExactlyInAnyOrder(
                        new IndexMember(ids.get(0), false, false),
                        new IndexMember(ids.get(1), false, true),
                        new IndexMember(ids.get(2), true, false),
                        new IndexMember(ids.get(4), false, false),
                        new IndexMember(ids.get(5), true, false));
        assertThat(probe.ttlMillis(name)).isEqualTo(-1);
        assertThat(answer(store.enter(new IndexEntry(
                        key, newId(), Duration.ofMinutes(1), Binding.unlimited(Duration.ofMinutes(11))))))
                .isEqualTo(EntryResult.REVOKED);
        answer(store.leave(key, List.of(ids.get(4)), true));
        assertEndsIn(Duration.ofMinutes(50));
        assertThat(mark()).hasSize(4);
        assertThat(Double.parseDouble(score(ids.get(0).toString())) - ENDS - now())
                .isBetween(600e6 - SLACK * 1e3, 600e6);
    }

    @Test
    void aSetOfThousandsThatAnEarlierVersionWroteIsRevoked() {
        double end = (now() + 1.7e15) / 1_000 + 600_000;
        List<String> command = new ArrayList<>(List.of("ZADD", name));
        for (int i = 0; i < 2_500; i++) {
            command.add(String.format(Locale.ROOT, "%.0f", end + i));
            command.add(numbered(i).toString());
        }
        probe.call(command.toArray(String[]::new));
        int ended = 0;
        List<IndexMember> marked = mark();
        while (!marked.isEmpty()) {
            ended += marked.size();
            answer(store.leave(key, marked.stream().map(IndexMember::id).toList(), true));
            marked = answer(store.marked(key));
        }
        assertThat(ended).isEqualTo(2_500);
        assertThat(set()).hasToString("[!]");
    }

    /** As an earlier version wrote them: so many that end ten minutes from now, one after the other. */
    private void putOld(int count) {
        String one = newId().toString();
        probe.call(
                "EVAL",
                "for i = 1, tonumber(ARGV[4]) do"
                        + " redis.call('ZADD', KEYS[1], ARGV[3] + i, ARGV[1] .. string.format('%06d', i) .. ARGV[2]) end",
                "1",
                name,
                one.substring(0, 15),
                one.substring(21),
                String.format(Locale.ROOT, "%.0f", (now() + 1.7e15) / 1_000 + 600_000),
                Integer.toString(count));
    }

    /** Other clients wait for no script that takes over tens of thousands. Sessions that end first are still taken for the oldest. */
    @Test
    void oneScriptTakesOverTwoThousandOfAnEarlierVersion() {
        List<Supplier<CompletionStage<?>>> calls = List.of(
                () -> store.enter(new IndexEntry(key, id, Duration.ofMinutes(1), NOW)),
                () -> store.enter(new IndexEntry(key, id, Duration.ofMinutes(1), null)),
                () -> store.page(key, null, 10),
                () -> store.marked(key),
                () -> store.leave(key, List.of(id), true),
                () -> store.mark(key, null));
        for (Supplier<CompletionStage<?>> each : calls) {
            probe.call("DEL", name);
            putOld(5_000);
            probe.resetStats();
            Object unused = answer(each.get());
            Map<String, Long> counts = probe.commandStats();
            long scripts = counts.getOrDefault("evalsha", 0L);
            assertThat(scripts).isBetween(3L, 5L);
            assertThat(counts.get("zrem")).isBetween(5_000L, 2_100 * scripts);
            assertThat(probe.call("ZCOUNT", name, "0", "+inf")).isEqualTo(0L);
            List<String> since = strings("ZRANGEBYSCORE", name, "-7.5e15", "(-6e15").stream()
                    .filter(member -> !member.equals("!") && !member.equals("+" + id))
                    .map(member -> member.substring(1))
                    .toList();
            assertThat(since)
                    .hasSize(5_000)
                    .isEqualTo(strings("ZRANGEBYSCORE", name, "-6e15", "(-1").stream()
                            .filter(member -> !member.equals(id.toString()))
                            .toList());
        }
    }

    /** Where the server's clock was set back by an hour: all are marked, a thousand in a step, and the one that is left alone is not. */
    @Test
    void oneScriptMarksAThousandOfThoseThatAreLaterThanNow() {
        putEnded(10_000);
        probe.call(
                "EVAL",
                "for i, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(-6e15')) do"
                        + " redis.call('ZADD', KEYS[1], ARGV[1] + i, member, ARGV[2], string.sub(member, 2)) end",
                "1",
                name,
                String.format(Locale.ROOT, "%.0f", BOUND + now() + 3.6e9),
                String.format(Locale.ROOT, "%.0f", ENDS + now() + 3.6e9));
        enter(id, Duration.ofMinutes(10), null);
        put("+" + id, BOUND, Duration.ofHours(2));
        probe.resetStats();
        assertThat(answer(store.mark(key, id)).exceptIsMember()).isTrue();
        Map<String, Long> counts = probe.commandStats();
        assertThat(counts.get("evalsha")).isBetween(11L, 12L);
        assertThat(probe.call("ZCOUNT", name, "-9e15", "(-7.5e15")).isEqualTo(10_000L);
        assertThat(answer(store.page(key, null, 10)).members())
                .extracting(IndexMember::id)
                .containsExactly(id);
    }

    private List<String> strings(String... command) {
        return ((List<?>) Objects.requireNonNull(probe.call(command)))
                .stream().map(String::valueOf).toList();
    }

    /** A sign-in has one deadline, however many steps come before it, and each try goes on where the one before has ended. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stepsEndWithTheDeadlineAndStayDone(boolean earlierVersion) {
        if (earlierVersion) {
            putOld(100_000);
        } else {
            putEnded(100_000);
            for (int i = 0; i < 5; i++) {
                put("+" + numbered(i), BOUND, Duration.ofMinutes(-i));
                put(numbered(i).toString(), ENDS, Duration.ofMinutes(10));
            }
        }
        IndexEntry entry = new IndexEntry(key, id, Duration.ofMinutes(10), new Binding(Duration.ZERO, 0, 5, true));
        try (RedisStore hasty =
                RedisStore.builder().uri(uri).timeout(Duration.ofMillis(50)).connect()) {
            assertThatThrownBy(() -> answer(hasty.enter(entry))).isInstanceOf(StoreUnavailableException.class);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> answer(hasty.enter(entry)) instanceof EntryResult.Entered);
        }
        assertThat(probe.call("ZCOUNT", name, "0", "+inf")).isEqualTo(0L);
    }

    @Test
    void aProhibitionIsAKeyThatEndsInTwoMinutes() {
        assertThat(answer(store.tombstone(id))).isFalse();
        assertThat(probe.hash("sojourn:" + id)).containsOnlyKeys("forbidden");
        assertThat(probe.ttlMillis("sojourn:" + id)).isBetween(120_000 - SLACK, 120_000L);
        probe.call("DEL", "sojourn:" + id);
        assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void whatSomebodyElsePutIntoASetIsNotTold() {
        enter(id, Duration.ofMinutes(10), null);
        for (double range : List.of(MARKED, BOUND, ENDS, 0.0, 9e15)) {
            for (String member : List.of("somebody", "", "!!", "+", "x".repeat(22) + "!", "+" + "x".repeat(22))) {
                put(member, range, Duration.ZERO);
            }
        }
        for (int i = 0; i < 200; i++) {
            put("+junk" + i, MARKED, Duration.ZERO);
        }
        assertThat(answer(store.page(key, null, 1)).members()).hasSizeLessThanOrEqualTo(1);
        assertThat(members()).containsExactly(new IndexMember(id, false, false));
        assertThat(mark()).containsExactly(new IndexMember(id, false, true));
    }

    @Test
    void timesThatAreNoneDoNotKeepAnybodyFromSigningInOrOut() {
        for (String score : List.of(
                "1e18", "-1e18", "1e300", "+inf", "-inf", "12345678901234.5", "-1", "-6e15", "-7.5e15", "-9e15")) {
            for (String member : List.of("somebody", "!", newId().toString(), "!" + newId(), "+" + newId())) {
                probe.call("DEL", name);
                probe.call("ZADD", name, score, member);
                assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), NOW))))
                        .as("%s at %s", member, score)
                        .isInstanceOf(EntryResult.Entered.class);
                enter(id, Duration.ofMinutes(10), null);
                assertThat(members()).contains(new IndexMember(id, true, false));
                assertThat(mark()).contains(new IndexMember(id, true, true));
                assertThat(answer(store.leave(key, List.of(id), true))).isTrue();
                assertThat(members()).extracting(IndexMember::id).doesNotContain(id);
            }
        }
        probe.call("DEL", name);
    }

    /** The first page of a small set is read in another way than any other page. */
    @Test
    void aFirstPageIsWhatAPageFromTheStartIs() {
        IndexCursor start = new IndexCursor(
                1_700_000_000_000_000L, SessionId.parse("-".repeat(21) + "A").orElseThrow());
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            probe.call("DEL", name);
            for (int i = random.nextInt(12); i >= 0; i--) {
                String session = newId().toString();
                put("+" + session, random.nextInt(4) == 0 ? MARKED : BOUND, minutes(random.nextBoolean() ? -1 : -10));
                if (random.nextInt(8) > 0) {
                    put(session, ENDS, minutes(random.nextInt(5) == 0 ? -1 : 10));
                }
                if (random.nextInt(8) == 0) {
                    probe.call("ZADD", name, "-1", session);
                }
            }
            if (random.nextBoolean()) {
                put("!", BOUND, minutes(-5));
            }
            if (random.nextInt(5) == 0) {
                put("+somebody", random.nextBoolean() ? MARKED : BOUND, minutes(-2));
            }
            if (random.nextInt(8) == 0) {
                put(newId().toString(), random.nextBoolean() ? 0 : -1e16, minutes(0));
            }
            int size = 1 + random.nextInt(14);
            IndexPage first = answer(store.page(key, null, size));
            assertThat(first).as("seed %d, pages of %d", seed, size).isEqualTo(answer(store.page(key, start, size)));
        }
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAlone() {
        probe.call("SET", name, "text");
        assertThatThrownBy(() -> enter(id, Duration.ofMinutes(10), NOW)).isInstanceOf(SojournException.class);
        assertThatThrownBy(() -> answer(store.page(key, null, 1))).isInstanceOf(SojournException.class);
        assertThatThrownBy(() -> answer(store.mark(key, null))).isInstanceOf(SojournException.class);
        assertThat(probe.call("GET", name)).isEqualTo("text");
        probe.call("DEL", name);
    }
}
