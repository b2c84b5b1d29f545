package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How an index lies in Redis, seen from behind: what is in the set, when it ends, and what happens to what is not ours. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class IndexLayoutTest {

    private static final Binding NOW = Binding.unlimited(Duration.ZERO);
    private static final long SLACK = 20_000;

    private final RedisStore store;
    private final RedisProbe probe;
    private final IndexKey key = IndexKey.of("principal", "ada");
    private final String name = "sojourn:@principal:" + key.hash();
    private final SessionId id = newId();

    IndexLayoutTest(RedisServer server) {
        store = RedisStore.connect(server.uri());
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

    private double endsIn(String member) {
        List<?> time = (List<?>) Objects.requireNonNull(probe.call("TIME"));
        double now = Double.parseDouble((String) time.get(0)) * 1000;
        String score = (String) Objects.requireNonNull(probe.call("ZSCORE", name, member));
        return (score.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(score)) - now;
    }

    private void assertEndsIn(Duration time) {
        assertThat(probe.ttlMillis(name)).isBetween(time.toMillis() - SLACK, time.toMillis());
    }

    @Test
    void aSetHoldsItsMembersByWhenTheyEndAndEndsWithTheLast() {
        enter(id, Duration.ofMinutes(10), null);
        assertThat(set()).hasToString("[" + id + "]");
        assertThat(endsIn(id.toString())).isBetween(600_000 - SLACK / 1.0, 601_000.0);
        assertEndsIn(Duration.ofMinutes(10));
        enter(newId(), Duration.ofMinutes(5), null);
        assertEndsIn(Duration.ofMinutes(10));
        enter(newId(), Duration.ofMinutes(30), null);
        assertEndsIn(Duration.ofMinutes(30));
    }

    @Test
    void whatIsPendingIsMarkedSoForTwoMinutes() {
        enter(id, Duration.ofMinutes(10), NOW);
        assertThat(set()).hasToString("[+" + id + ", " + id + "]");
        assertThat(endsIn("+" + id)).isBetween(120_000 - SLACK / 1.0, 121_000.0);
        probe.call("ZADD", name, "1", "+" + id);
        assertThat(answer(store.members(key))).containsExactly(new IndexMember(id, false, false));
        assertThat(set()).hasToString("[" + id + "]");
    }

    @Test
    void aSetWithoutAnEndGetsOneWhenItsLastEndlessMemberLeaves() {
        enter(id, null, null);
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
        probe.call("ZADD", name, "1", newId().toString(), "1", "!" + newId(), "1", "!");
        assertThat(answer(store.members(key))).containsExactly(new IndexMember(id, false, false));
        assertThat(set()).hasToString("[" + id + "]");
    }

    @Test
    void aRevocationIsKnownForAnHour() {
        enter(id, Duration.ofMinutes(10), null);
        answer(store.mark(key, null));
        assertThat(set()).hasToString("[!" + id + ", !]");
        assertEndsIn(Duration.ofHours(1));
        answer(store.leave(key, List.of(id), true));
        assertThat(set()).hasToString("[!]");
        assertEndsIn(Duration.ofHours(1));
        probe.call("ZADD", name, "1", "!");
        enter(id, Duration.ofMinutes(1), Binding.unlimited(Duration.ofMinutes(59)));
        assertThat(answer(store.members(key))).containsExactly(new IndexMember(id, true, false));
    }

    @Test
    void aProhibitionIsAKeyThatEndsInTwoMinutes() {
        assertThat(answer(store.forbid(id))).isFalse();
        assertThat(probe.hash("sojourn:" + id)).containsOnlyKeys("forbidden");
        assertThat(probe.ttlMillis("sojourn:" + id)).isBetween(120_000 - SLACK, 120_000L);
        probe.call("DEL", "sojourn:" + id);
        assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void whatSomebodyElsePutIntoASetIsNotTold() {
        enter(id, Duration.ofMinutes(10), null);
        probe.call(
                "ZADD", name, "+inf", "somebody", "9e15", "", "9e15", "!!", "9e15", "+", "9e15", "x".repeat(22) + "!");
        assertThat(answer(store.members(key))).containsExactly(new IndexMember(id, false, false));
        assertThat(answer(store.mark(key, null))).containsExactly(new IndexMember(id, false, true));
    }

    @Test
    void timesThatAreNoneDoNotKeepAnybodyFromSigningInOrOut() {
        for (String score : List.of("1e18", "-1e18", "1e300", "+inf", "-inf", "12345678901234.5")) {
            for (String member : List.of("somebody", "!", newId().toString(), "!" + newId(), "+" + newId())) {
                probe.call("DEL", name);
                probe.call("ZADD", name, score, member);
                assertThat(answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), NOW))))
                        .as("%s at %s", member, score)
                        .isInstanceOf(EntryResult.Entered.class);
                enter(id, Duration.ofMinutes(10), null);
                assertThat(answer(store.members(key))).contains(new IndexMember(id, true, false));
                assertThat(answer(store.mark(key, null))).contains(new IndexMember(id, true, true));
                assertThat(answer(store.leave(key, List.of(id), true))).isTrue();
                assertThat(answer(store.members(key)))
                        .extracting(IndexMember::id)
                        .doesNotContain(id);
            }
        }
        probe.call("DEL", name);
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAlone() {
        probe.call("SET", name, "text");
        assertThatThrownBy(() -> enter(id, Duration.ofMinutes(10), NOW)).isInstanceOf(SojournException.class);
        assertThatThrownBy(() -> answer(store.members(key))).isInstanceOf(SojournException.class);
        assertThatThrownBy(() -> answer(store.mark(key, null))).isInstanceOf(SojournException.class);
        assertThat(probe.call("GET", name)).isEqualTo("text");
        probe.call("DEL", name);
    }
}
