package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.spi.ForeignSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Sessions of another store, which become ours while clients go on showing the old cookie. */
class AdoptionTest extends EngineTest {

    private static final SessionToken DERIVED = SessionToken.derived("test", "the old cookie");
    private static final Duration LIFE = Duration.ofHours(8);

    private final AtomicBoolean oldIsThere = new AtomicBoolean(true);

    AdoptionTest(Caller caller) {
        super(caller);
    }

    private final class Old implements ForeignSession {
        @Override
        public Duration livesAtMost() {
            return LIFE;
        }

        @Override
        public CompletionStage<Boolean> remove() {
            return CompletableFuture.completedFuture(oldIsThere.getAndSet(false));
        }
    }

    private Session adopting(Node by) {
        Session session = by.caller() == Caller.BLOCKING
                ? by.sessions().adopt(DERIVED, new Old())
                : by.sessions().async().adopt(DERIVED, new Old());
        session.set("user", "ada");
        return session;
    }

    private Lookup lookup(Node by) {
        return by.caller().call(by.sessions(), s -> s.lookupDerived(DERIVED), s -> s.lookupDerived(DERIVED));
    }

    private Session adopted() {
        Session session = adopting(node);
        assertSaved(session);
        return session;
    }

    @Test
    void theOldSessionIsRemovedOnceTheNewOneIsThere() {
        Session session = adopted();
        assertThat(oldIsThere).isFalse();
        assertThat(node.open(session.token()).get("user", String.class)).contains("ada");
        assertThat(heard.events()).startsWith("created");
    }

    @Test
    void theOldCookieOpensItUntilTheFreshSecretWasSeen() {
        SessionToken fresh = adopted().token();
        assertThat(fresh).isNotEqualTo(DERIVED);
        clock.advance(LIFE.minusHours(1).dividedBy(20));
        assertThat(lookup(node)).isInstanceOf(Lookup.Found.class);
        assertThat(otherNode.find(fresh)).isPresent();
        assertThat(lookup(node)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.find(fresh)).isPresent();
    }

    @Test
    void requestsUnderWayAreServedForAMomentAfterTheFreshSecretWasSeen() {
        SessionToken fresh = adopted().token();
        assertThat(node.find(fresh)).isPresent();
        assertThat(lookup(node)).isInstanceOf(Lookup.Found.class);
        clock.advance(node.sessions().settings().renewalGrace());
        assertThat(lookup(node)).isInstanceOf(Lookup.Superseded.class);
    }

    @Test
    void whoNeverGotTheFreshSecretGetsAnotherAndSoOn() {
        adopted();
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMinutes(1));
            Session again = lookup(node).session().orElseThrow();
            again.set("n", i);
            assertSaved(again);
            assertThat(again.token()).isNotEqualTo(DERIVED);
        }
        clock.advance(Duration.ofSeconds(1));
        Session again = lookup(node).session().orElseThrow();
        again.set("n", 10);
        assertSaved(again);
        assertThat(again.token())
                .as("the answer with the last one may be on its way")
                .isEqualTo(DERIVED);
        assertThat(lookup(node).session().orElseThrow().get("n", Integer.class)).contains(10);
    }

    @Test
    void twoRequestsThatGetAnotherSecretAtOnceMakeOne() {
        adopted();
        clock.advance(Duration.ofMinutes(1));
        Session one = lookup(node).session().orElseThrow();
        Session other = lookup(node).session().orElseThrow();
        one.set("one", 1);
        other.set("other", 1);
        assertSaved(one);
        assertSaved(other);
        assertThat(other.token()).isEqualTo(DERIVED);
        assertThat(node.open(one.token()).names()).contains("one", "other");
    }

    @Test
    void whoIsSlowerThanAnotherRequestIsToldAndFindsTheSession() {
        Session slow = adopting(otherNode);
        adopted();
        assertThat(otherNode.save(slow)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(lookup(otherNode)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void whatWasEndedMeanwhileStaysEnded() {
        Session session = adopting(node);
        oldIsThere.set(false);
        assertThat(node.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(session.isEnded()).isTrue();
        assertThat(lookup(node)).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void itIsAsOldAsTheOldSessionAndSoIsItsSignIn() {
        Instant created = clock.instant().minus(Duration.ofDays(3));
        Instant used = clock.instant().minus(Duration.ofMinutes(7));
        ForeignSession old = new ForeignSession() {
            @Override
            public Duration livesAtMost() {
                return LIFE;
            }

            @Override
            public CompletionStage<Boolean> remove() {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public Optional<Instant> createdAt() {
                return Optional.of(created);
            }

            @Override
            public Optional<Instant> lastAccessedAt() {
                return Optional.of(used);
            }
        };
        Session session = node.caller()
                .call(
                        node.sessions(),
                        s -> s.adopt(DERIVED, old),
                        s -> CompletableFuture.completedFuture(s.adopt(DERIVED, old)));
        session.signIn("ada");
        assertThat(session.isNew()).isFalse();
        assertThat(session.lastAccessedAt()).isEqualTo(used);
        assertSaved(session);
        Session found = otherNode.open(session.token());
        assertThat(found.createdAt()).isEqualTo(created);
        assertThat(found.authenticatedAt()).contains(created);
        assertThat(found.absoluteDeadline())
                .contains(clock.instant().plus(node.sessions().settings().absoluteTimeout()));
        assertThat(lookup(node)).as("the old cookie still opens it").isInstanceOf(Lookup.Found.class);
        assertThat(node.sessions().findByPrincipal("ada")).hasSize(1);
    }

    @Test
    void aSignInEndsTheOldCookie() {
        adopted();
        Session session = lookup(node).session().orElseThrow();
        SessionToken token = session.signIn("ada");
        assertThat(node.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.find(session.token())).isPresent();
        assertThat(token).isNotEqualTo(DERIVED);
    }

    @Test
    void aLogoutByTheOldCookieEndsIt() {
        SessionToken fresh = adopted().token();
        assertThat(node.revoke(lookup(node).session().orElseThrow())).isTrue();
        assertThat(node.find(fresh)).isEmpty();
        assertThat(lookup(node)).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void thatThereIsNoneYetIsNothingToReport() {
        assertThat(lookup(node)).isInstanceOf(Lookup.Absent.class);
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void whatIsTakenHasAllThatOthersSaved() {
        Session session = node.stored("a", 1);
        Session other = otherNode.open(session.token());
        other.set("b", 2);
        assertSaved(other);
        Optional<Session> last =
                node.caller().call(node.sessions(), s -> s.revokeAndGet(session), s -> s.revokeAndGet(session));
        assertThat(last.orElseThrow().names()).containsExactlyInAnyOrder("a", "b");
        assertThat(last.orElseThrow().isEnded()).isTrue();
        assertThat(node.find(session.token())).isEmpty();
        Optional<Session> again =
                node.caller().call(node.sessions(), s -> s.revokeAndGet(session), s -> s.revokeAndGet(session));
        assertThat(again).isEmpty();
    }
}
