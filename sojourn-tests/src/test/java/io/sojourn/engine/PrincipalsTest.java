package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionPage;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionIndex;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    /** So a principal is an id, and not what a visitor has typed: all of these look like one name to somebody. */
    @Test
    void principalsAreComparedOctetByOctet() {
        List<String> alike = List.of("andré", "andre\u0301", "André", "andre", "andré ", "andré\u200b");
        Map<String, Session> signedIn = new LinkedHashMap<>();
        alike.forEach(principal -> signedIn.put(principal, node.signedIn(principal)));
        signedIn.forEach(
                (principal, session) -> assertThat(sessionsOf(principal)).containsExactly(session.id()));
        assertThat(otherNode.revokeAll("andré")).isEqualTo(1);
        alike.subList(1, alike.size())
                .forEach(other -> assertThat(sessionsOf(other)).hasSize(1));
        // Half of a pair has no octets of its own: it would be the same as any other half.
        Session session = node.create();
        assertThatThrownBy(() -> session.signIn("ada\ud83d")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.index("tenant", "\ude00")).isInstanceOf(IllegalArgumentException.class);
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

    /** Another node ends what a revocation has marked that was then cut short; the audit trail has the right cause. */
    @Test
    void whoFindsSessionsOfACutShortRevocationEndsThemForItsCause() {
        Session ada = node.signedIn("ada");
        Session tenant = node.create();
        tenant.index("tenant", "acme");
        assertSaved(tenant);
        memory.mark(IndexKey.of(IndexKey.PRINCIPAL, "ada"), null)
                .toCompletableFuture()
                .join();
        memory.mark(IndexKey.of("tenant", "acme"), null).toCompletableFuture().join();

        assertThat(sessionsOf("ada")).isEmpty();
        assertThat(node.findByIndex("tenant", "acme")).isEmpty();
        assertThat(heard.eventsWithIds()).contains("revoked PRINCIPAL " + ada.id(), "revoked INDEX " + tenant.id());
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
    void sessionsAreListedPageByPageTheOldestSignInFirst() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            clock.advance(Duration.ofSeconds(1));
            ids.add(node.signedIn("ada").id());
        }
        clock.advance(Duration.ofMinutes(3));
        node.revoke(ids.remove(1));
        SessionPage first = otherNode.pageByPrincipal("ada", null, 3);
        assertThat(first.sessions()).extracting(SessionInfo::id).containsExactly(ids.get(0), ids.get(1));
        SessionPage second = otherNode.pageByPrincipal("ada", first.next().orElseThrow(), 3);
        assertThat(second.sessions()).extracting(SessionInfo::id).containsExactlyElementsOf(ids.subList(2, 5));
        SessionPage third = otherNode.pageByPrincipal("ada", second.next().orElseThrow(), 3);
        assertThat(third.sessions()).extracting(SessionInfo::id).containsExactly(ids.get(5));
        assertThat(third.next()).isEmpty();
        assertThat(otherNode.pageByPrincipal("ada", null, 3).sessions())
                .as("what was gone has left the index")
                .hasSize(3);
        assertThat(otherNode.pageByPrincipal("nobody", null, 1))
                .isEqualTo(new SessionPage(List.of(), Optional.empty()));
    }

    @Test
    void aPageNeedsASizeAndAPlaceThatThereIs() {
        for (int size : List.of(-1, 0, SessionPage.MAX_SIZE + 1)) {
            assertThatThrownBy(() -> node.pageByPrincipal("ada", null, size))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("from 1 to 1000, not " + size);
        }
        String id = node.signedIn("ada").id().toString();
        for (String after :
                List.of("", ".", id, "." + id, "1." + id + "x", "-1." + id, "9".repeat(19) + "." + id, "1.\r\n")) {
            assertThatThrownBy(() -> node.pageByPrincipal("ada", after, 1))
                    .as(after)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Listing and revoking go some sessions at a time, and are not kept from the end by how many there are. */
    @Test
    void thousandsOfSessionsAreListedUpToABoundAndAllRevoked() {
        Node unlimited = node(settings -> settings.maxSessionsPerPrincipal(0));
        int many = SessionPage.MAX_SIZE + 250;
        for (int i = 0; i < many; i++) {
            unlimited.signedIn("ada");
        }
        assertThat(otherNode.findByPrincipal("ada")).hasSize(SessionPage.MAX_SIZE);
        assertThat(otherNode.revokeAll("ada")).isEqualTo(many);
        assertThat(otherNode.findByPrincipal("ada")).isEmpty();
        assertThat(memory.size()).isZero();
    }

    @Test
    void aRevocationThatFailsGoesOnWhereItStopped() {
        Node unlimited = node(settings -> settings.maxSessionsPerPrincipal(0));
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 3 * SessionIndex.GIVEN_AT_MOST; i++) {
            sessions.add(unlimited.signedIn("ada"));
        }
        store.beforeNext(Operation.MARKED, () -> store.failNext(Operation.DELETE));
        assertThatThrownBy(() -> node.revokeAll("ada")).isInstanceOf(StoreUnavailableException.class);
        assertThat(memory.size()).isBetween(1, 2 * SessionIndex.GIVEN_AT_MOST);
        Session late = sessions.get(sessions.size() - 1);
        late.set("a", 1);
        late.signIn("ada");
        assertThat(node.save(late))
                .as("a session that is marked and not ended yet")
                .isEqualTo(SaveOutcome.GONE);
        int left = memory.size();
        assertThat(node.revokeAll("ada")).isEqualTo(left);
        assertThat(memory.size()).isZero();
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
