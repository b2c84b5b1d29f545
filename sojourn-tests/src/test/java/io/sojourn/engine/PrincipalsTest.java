package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Finding and ending sessions by whom they belong to. */
class PrincipalsTest extends EngineTest {

    PrincipalsTest(Caller caller) {
        super(caller);
    }

    private List<SessionId> sessionsOf(String principal) {
        return otherNode.findByPrincipal(principal).stream()
                .map(SessionInfo::id)
                .toList();
    }

    @Test
    void whoSignsInIsFoundWithWhatIsKnownAndNoMore() {
        Session session = node.stored("cart", "secret tea");
        clock.advance(Duration.ofMinutes(1));
        session.signIn("ada");
        session.label("userAgent", "Lynx");
        assertSaved(session);
        assertThat(otherNode.findByPrincipal("ada"))
                .containsExactly(new SessionInfo(
                        session.id(),
                        Optional.of("ada"),
                        session.createdAt(),
                        Optional.of(clock.instant()),
                        clock.instant(),
                        Optional.of(clock.instant().plus(Duration.ofMinutes(30))),
                        Map.of("userAgent", "Lynx")));
        assertThat(otherNode.findByPrincipal("ada").toString())
                .doesNotContain("tea")
                .doesNotContain(session.token().reveal().substring(22));
    }

    @Test
    void everySessionOfAPrincipalIsFoundAndNobodyElses() {
        Session one = node.signedIn("ada");
        Session other = otherNode.signedIn("ada");
        Session bob = node.signedIn("bob");
        node.stored("a", 1);
        assertThat(sessionsOf("ada")).containsExactlyInAnyOrder(one.id(), other.id());
        assertThat(sessionsOf("bob")).containsExactly(bob.id());
        assertThat(sessionsOf("eve")).isEmpty();
        assertThat(sessionsOf("")).isEmpty();
    }

    @Test
    void whoSignsOutOrIsRevokedIsFoundNoMore() {
        Session out = node.signedIn("ada");
        out.signOut();
        assertSaved(out);
        Session revoked = node.signedIn("ada");
        node.revoke(revoked);
        Session revokedById = node.signedIn("ada");
        node.revoke(revokedById.id());
        Session changed = node.signedIn("ada");
        changed.signIn("bob");
        assertSaved(changed);
        assertThat(sessionsOf("ada")).isEmpty();
        assertThat(sessionsOf("bob")).containsExactly(changed.id());
    }

    @Test
    void staleEntriesAreTakenOutByAReaderOnceNothingCanBeOnItsWay() {
        node.revoke(node.signedIn("ada").id());
        store.loseNextReply(Operation.ENTER);
        Session never = node.create();
        never.signIn("ada");
        assertThatThrownBy(() -> node.save(never)).isInstanceOf(StoreUnavailableException.class);
        assertThat(sessionsOf("ada")).isEmpty();
        assertThat(memory.indexSize()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(3));
        assertThat(sessionsOf("ada")).isEmpty();
        assertThat(memory.indexSize()).isZero();
    }

    @Test
    void aSessionInUseIsFoundForAsLongAsItLives() {
        Session reading = node.signedIn("ada");
        Session writing = node.signedIn("ada");
        for (int minutes = 0; minutes < 24 * 60 - 29; minutes += 29) {
            Session next = node.open(reading.token());
            assertUnchanged(next);
            Session changed = node.open(writing.token());
            changed.set("n", minutes);
            assertSaved(changed);
            assertThat(sessionsOf("ada")).containsExactlyInAnyOrder(reading.id(), writing.id());
            clock.advance(Duration.ofMinutes(29));
        }
        assertThat(memory.indexSize()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(32));
        assertThat(node.find(reading.token())).isEmpty();
        assertThat(sessionsOf("ada")).isEmpty();
    }

    @Test
    void theIndexForgetsASessionThatIsNotUsedEvenIfNobodyReadsIt() {
        node.signedIn("ada");
        clock.advance(Duration.ofMinutes(30 + 3 + 15 + 1 + 1)); // idle, padding, rounding, margin
        assertThat(memory.indexSize()).isZero();
    }

    @Test
    void theIndexIsToldOfASessionInUseOnlyNowAndThen() {
        Session session = node.signedIn("ada");
        store.resetCalls();
        for (int minute = 0; minute < 60; minute++) {
            clock.advance(Duration.ofMinutes(1));
            Session next = node.open(session.token());
            next.set("n", minute);
            assertSaved(next);
        }
        assertThat(store.calls(Operation.ENTER)).isBetween(3, 5);
    }

    @Test
    void aLongerIdleTimeoutIsToldAtOnce() {
        Session session = node.signedIn("ada");
        session.setIdleTimeout(Duration.ofHours(10));
        assertSaved(session);
        clock.advance(Duration.ofHours(9));
        assertThat(sessionsOf("ada")).containsExactly(session.id());
    }

    @Test
    void aSessionWithoutAnEndIsFoundForEver() {
        Node endless = node(settings -> settings.idleTimeout(Duration.ZERO).absoluteTimeout(Duration.ZERO));
        Session session = endless.signedIn("ada");
        clock.advance(Duration.ofDays(3_000));
        assertThat(sessionsOf("ada")).containsExactly(session.id());
        assertThat(node.revokeAll("ada")).isEqualTo(1);
    }

    @Test
    void revokingAPrincipalEndsAllItsSessionsAndNoOther() {
        Session one = node.signedIn("ada");
        Session other = otherNode.signedIn("ada");
        Session bob = node.signedIn("bob");
        Session late = node.open(other.token());
        late.set("a", 1);
        assertThat(node.revokeAll("ada")).isEqualTo(2);
        assertThat(node.find(one.token())).isEmpty();
        assertThat(node.find(other.token())).isEmpty();
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(node.find(bob.token())).isPresent();
        assertThat(sessionsOf("ada")).isEmpty();
        assertThat(node.revokeAll("ada")).isZero();
    }

    @Test
    void revokingLeavesASessionThatBelongsToSomebodyElseByNow() {
        Session session = node.signedIn("ada");
        clock.advance(Duration.ofMinutes(3));
        store.failNext(Operation.LEAVE);
        session.signIn("bob");
        assertSaved(session);
        assertThat(node.revokeAll("ada")).isZero();
        assertThat(node.find(session.token())).isPresent();
        assertThat(sessionsOf("bob")).containsExactly(session.id());
    }

    @Test
    void afterARevocationThePrincipalMaySignInAgain() {
        node.signedIn("ada");
        node.revokeAll("ada");
        Session again = node.signedIn("ada");
        assertThat(sessionsOf("ada")).containsExactly(again.id());
    }

    @Test
    void theOthersCanBeEndedAlone() {
        Session own = node.signedIn("ada");
        Session other = node.signedIn("ada");
        assertThat(node.revokeOthers(node.open(own.token()))).isEqualTo(1);
        assertThat(node.find(own.token())).isPresent();
        assertThat(node.find(other.token())).isEmpty();
        assertThat(sessionsOf("ada")).containsExactly(own.id());
        own.set("a", 1);
        assertSaved(own);
        assertThat(node.revokeOthers(node.create())).isZero();
    }

    @Test
    void aSessionIsFoundAndRevokedByAnyIndexItIsIn() {
        Session session = node.create();
        session.index("tenant", "acme");
        session.index("sid", "s-1");
        assertSaved(session);
        Session other = node.create();
        other.index("tenant", "acme");
        assertSaved(other);
        assertThat(otherNode.findByIndex("tenant", "acme")).hasSize(2);
        assertThat(otherNode.findByIndex("sid", "s-1")).hasSize(1);
        assertThat(otherNode.findByIndex("sid", "acme")).isEmpty();
        assertThat(node.open(session.token()).indexes()).isEqualTo(Map.of("tenant", "acme", "sid", "s-1"));
        assertThat(node.revokeByIndex("sid", "s-1")).isEqualTo(1);
        assertThat(otherNode.findByIndex("tenant", "acme"))
                .extracting(SessionInfo::id)
                .containsExactly(other.id());
        Session moved = node.open(other.token());
        moved.index("tenant", "umbrella");
        assertSaved(moved);
        assertThat(otherNode.findByIndex("tenant", "acme")).isEmpty();
        moved.index("tenant", null);
        assertSaved(moved);
        assertThat(otherNode.findByIndex("tenant", "umbrella")).isEmpty();
        assertThat(node.open(moved.token()).indexes()).isEmpty();
    }

    @Test
    void anIndexNeedsAProperNameAndAValue() {
        Session session = node.create();
        for (String name : List.of("", "Tenant", "a b", "a:b", "*", "principal", "a".repeat(32), "1a")) {
            assertThatThrownBy(() -> session.index(name, "x")).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> session.index("tenant", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.index("tenant", "\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> node.findByIndex("Tenant", "x")).isInstanceOf(IllegalArgumentException.class);
        for (int i = 0; i < Session.MAX_INDEXES; i++) {
            session.index("index-" + i, "x");
        }
        assertThatThrownBy(() -> session.index("one-more", "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void labelsAreKeptShortAndMerged() {
        Session session = node.signedIn("ada");
        Session second = node.open(session.token());
        session.label("userAgent", "x".repeat(300));
        second.label("address", "192.0.2.1");
        assertSaved(session);
        assertSaved(second);
        assertThat(node.open(session.token()).labels())
                .isEqualTo(Map.of("userAgent", "x".repeat(Session.MAX_LABEL_LENGTH), "address", "192.0.2.1"));
        second.label("address", null);
        assertSaved(second);
        assertThat(node.open(session.token()).labels()).containsOnlyKeys("userAgent");
        assertThatThrownBy(() -> session.label("", "x")).isInstanceOf(IllegalArgumentException.class);
        session.label("odd", "\ud800" + "y".repeat(254) + "\ud83d\uded2");
        assertSaved(session);
        assertThat(node.open(session.token()).labels().get("odd")).isEqualTo("?" + "y".repeat(254));
    }

    @Test
    void anUpdateThatSignsInIsFoundAsWell() {
        Session session = node.stored("a", 1);
        node.update(session, s -> s.signIn("ada"));
        assertThat(sessionsOf("ada")).containsExactly(session.id());
        node.update(session, s -> s.signOut());
        assertThat(sessionsOf("ada")).isEmpty();
    }
}
