package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code update}: a function that is committed on exactly the state that it read. */
class UpdateTest extends EngineTest {

    private final Session created = node.stored("count", 0);
    private final SessionToken token = created.token();

    UpdateTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    private static int increment(Session session) {
        int next = session.get("count", Integer.class).orElse(0) + 1;
        session.set("count", next);
        return next;
    }

    /** Another node saves just before our next write arrives. */
    private void interfere() {
        store.beforeNext(Operation.COMMIT, () -> otherNode.update(token, UpdateTest::increment));
        store.beforeNext(Operation.COMMIT, () -> {}); // The interfering write itself.
    }

    @Test
    void givesWhatTheFunctionGave() {
        assertThat(node.update(token, UpdateTest::increment)).contains(1);
        assertThat(node.update(token, UpdateTest::increment)).contains(2);
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(2);
    }

    @Test
    void runsAgainOnWhatOthersSaved() {
        List<Integer> results = new ArrayList<>();
        interfere();
        assertThat(node.update(token, session -> {
                    results.add(increment(session));
                    return results.size();
                }))
                .contains(2);
        assertThat(results).containsExactly(1, 2);
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(2);
    }

    @Test
    void whatAnEarlierRunDidIsForgotten() {
        interfere();
        node.update(token, session -> {
            int count = increment(session);
            session.set("run on " + (count - 1), true);
            return count;
        });
        assertThat(node.open(token).names()).containsExactlyInAnyOrder("count", "run on 1");
    }

    @Test
    void aThingIsTakenOnce() {
        Session session = node.stored("ticket", "gold");
        String first = node.update(session.token(), UpdateTest::take).orElse("none");
        String second = otherNode.update(session.token(), UpdateTest::take).orElse("none");
        assertThat(List.of(first, second)).containsExactly("gold", "none");
    }

    private static String take(Session session) {
        String ticket = session.get("ticket", String.class).orElse("none");
        session.remove("ticket");
        return ticket;
    }

    @Test
    void theSessionShowsTheResultAfterwards() {
        Session session = node.open(token);
        assertThat(session.<Integer>get("count")).isEqualTo(0);
        otherNode.update(token, UpdateTest::increment);
        node.update(session, UpdateTest::increment);
        assertThat(session.<Integer>get("count")).isEqualTo(2);
        assertUnchanged(session);
    }

    @Test
    void unsavedChangesStayUnsavedAndUnseen() {
        Session session = node.open(token);
        session.set("draft", "text");
        session.set("count", 100);
        node.update(session, s -> {
            assertThat(s.names()).containsExactly("count");
            return increment(s);
        });
        assertThat(node.open(token).names()).containsExactly("count");
        assertThat(session.<Integer>get("count")).isEqualTo(100);
        assertThat(session.<String>get("draft")).isEqualTo("text");
        assertSaved(session);
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(100);
    }

    @Test
    void anUnsavedRotationStaysUnsaved() {
        Session session = node.open(token);
        SessionToken unsaved = session.rotate();
        node.update(session, UpdateTest::increment);
        assertThat(node.find(unsaved)).isEmpty();
        assertThat(session.token()).isEqualTo(unsaved);
        assertSaved(session);
        assertThat(node.find(unsaved)).isPresent();
    }

    @Test
    void aNewSessionIsStoredByAnUpdate() {
        Session session = node.create();
        session.set("draft", "text");
        assertThat(node.update(session, UpdateTest::increment)).contains(1);
        assertThat(session.isStored()).isTrue();
        assertThat(node.open(session.token()).names()).containsExactly("count");
        assertSaved(session);
        assertThat(node.open(session.token()).names()).containsExactly("count", "draft");
    }

    @Test
    void anUpdateThatChangesNothingWritesNothing() {
        store.resetCalls();
        assertThat(node.update(token, session -> session.<Integer>get("count"))).contains(0);
        assertThat(store.calls()).isEqualTo(1);
        Session empty = node.create();
        assertThat(node.update(empty, session -> "result")).contains("result");
        assertThat(empty.isStored()).isFalse();
    }

    @Test
    void anUpdateThatChangesNothingIsAUseAsAnyOther() {
        clock.advance(Duration.ofMinutes(20));
        node.update(token, session -> session.<Integer>get("count"));
        clock.advance(Duration.ofMinutes(20));
        assertThat(node.find(token)).isPresent();
    }

    @Test
    void aSessionForLeftOutTokensIsNotStoredByAnUpdateEither() {
        Session session = node.createForLeftOutTokens();
        assertThat(node.update(session, UpdateTest::increment)).contains(1);
        assertThat(isStored(session.id())).isFalse();
    }

    @Test
    void aFunctionThatGivesNothingIsCommittedAllTheSame() {
        assertThat(node.<Integer>update(token, session -> {
                    increment(session);
                    return null;
                }))
                .isEmpty();
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(1);
    }

    @Test
    void aFunctionThatThrowsCommitsNothingAndBlamesNoStore() {
        RuntimeException thrown = new IllegalStateException("out of stock");
        Session session = node.open(token);
        assertThatThrownBy(() -> node.update(session, s -> {
                    increment(s);
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThat(node.open(token).<Integer>get("count")).isEqualTo(0);
        assertThat(session.<Integer>get("count")).isEqualTo(0);
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void anUnknownTokenRunsNothing() {
        AtomicInteger runs = new AtomicInteger();
        assertThat(node.update(node.create().token(), session -> runs.incrementAndGet()))
                .isEmpty();
        assertThat(runs).hasValue(0);
    }

    @Test
    void changesInPlaceAreCommittedToo() {
        Session session = node.stored("list", new ArrayList<>(List.of(1)));
        node.update(
                session.token(), s -> UpdateTest.<List<Integer>>value(s, "list").add(2));
        assertThat(node.open(session.token()).<List<Integer>>get("list")).containsExactly(1, 2);
    }

    @Test
    void anUnsavedChangeInPlaceStaysUnsaved() {
        Session stored = node.stored("list", new ArrayList<>(List.of(1)));
        Session session = node.open(stored.token());
        List<Integer> mine = value(session, "list");
        mine.add(9);
        node.update(session, s -> UpdateTest.<List<Integer>>value(s, "list").add(2));
        assertThat(node.open(stored.token()).<List<Integer>>get("list")).containsExactly(1, 2);
        assertThat(session.<List<Integer>>get("list")).isSameAs(mine);
        assertSaved(session);
        assertThat(node.open(stored.token()).<List<Integer>>get("list")).containsExactly(1, 9);
    }

    @Test
    void aSessionThatSeesAnUpdateForgetsStaleInstances() {
        Session stored = node.stored("list", new ArrayList<>(List.of(1)));
        Session session = node.open(stored.token());
        List<Integer> before = session.get("list");
        node.update(session, s -> UpdateTest.<List<Integer>>value(s, "list").add(2));
        assertThat(before).containsExactly(1);
        assertThat(session.<List<Integer>>get("list")).containsExactly(1, 2);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
    }

    @Test
    void aFunctionDoesNotSeeAStateOfAnotherSecret() {
        Session inFlight = node.open(token);
        SessionToken next = otherNode.update(token, Session::rotate).orElseThrow();
        assertRunsOnNothingBut(inFlight, "count");
        assertThat(node.open(next).names()).containsExactly("count");
    }

    @Test
    void afterASaveOnAStateOfAnotherSecretNoFunctionRuns() {
        Session inFlight = node.open(token);
        SessionToken next = otherNode.update(token, Session::rotate).orElseThrow();
        inFlight.set("count", 7);
        assertSaved(inFlight);
        AtomicInteger runs = new AtomicInteger();
        assertThat(node.update(inFlight, session -> runs.incrementAndGet())).isEmpty();
        assertThat(runs).hasValue(0);
        assertThat(node.open(next).<Integer>get("count")).isEqualTo(7);
    }

    @Test
    void aFunctionDoesNotSeeWhoHasSignedInSince() {
        Session inFlight = node.open(token);
        Session victim = otherNode.open(token);
        victim.set("account", "IBAN of ada");
        SessionToken victims = victim.signIn("ada");
        assertThat(otherNode.save(victim)).isEqualTo(SaveOutcome.SAVED);
        heard.clear();
        assertRunsOnNothingBut(inFlight, "count");
        assertThat(node.open(victims).names()).containsExactly("count", "account");
    }

    /** An update of a request that was let in earlier: the function sees what the request was shown, and nothing is written. */
    private void assertRunsOnNothingBut(Session inFlight, String... names) {
        List<String> seen = new ArrayList<>();
        Object result = node.update(inFlight, session -> {
                    seen.addAll(session.names());
                    session.principal().ifPresent(seen::add);
                    return set(session, "role", "admin");
                })
                .orElse(null);
        assertThat(result).isNull();
        assertThat(seen).containsExactly(names);
    }

    @Test
    void afterARenewalAFunctionRunsAsLongAsTheGraceLasts() {
        Node renewing = node(builder -> builder.renewal(Duration.ofMinutes(1)).renewalGrace(Duration.ofSeconds(10)));
        Session inFlight = node.open(token);
        clock.advance(Duration.ofMinutes(2));
        Session renewed = renewing.open(token);
        assertThat(renewing.save(renewed)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.update(inFlight, UpdateTest::increment)).contains(1);
        assertThat(node.update(inFlight, UpdateTest::increment)).contains(2);
        assertThat(node.open(renewed.token()).<Integer>get("count")).isEqualTo(2);
    }

    @Test
    void aFunctionThatSignsInOnAStateOfAnotherSecretGetsASessionOfItsOwn() {
        Session inFlight = node.open(token);
        SessionToken next = otherNode.update(token, Session::rotate).orElseThrow();
        node.update(inFlight, session -> session.signIn("ada"));
        assertThat(inFlight.id()).isNotEqualTo(token.id());
        Session own = node.open(inFlight.token());
        assertThat(own.principal()).contains("ada");
        assertThat(own.names()).containsExactly("count");
        assertThat(node.open(next).principal()).isEmpty();
    }

    @Test
    void anUpdateUndoesWhatOneBeforeItHasFoundDone() {
        Session mine = node.open(token);
        otherNode.update(token, session -> set(session, "lock", true));
        node.update(mine, session -> set(session, "lock", true));
        assertThat(mine.<Boolean>get("lock")).isTrue();
        node.update(mine, session -> set(session, "lock", null));
        assertThat(node.open(token).names()).containsExactly("count");
    }

    private static boolean set(Session session, String name, @Nullable Object value) {
        session.set(name, value);
        return true;
    }
}
