package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a request may still write whose secret was replaced since it was let in: an attacker's long poll, or an honest tab. */
class LateWriteTest extends EngineTest {

    private static final Duration LATER = SessionSettings.SUPERSEDED_FOR.plusSeconds(1);

    private final Session planted = node.stored("lang", "en");
    private final SessionToken oldToken = planted.token();
    private final Session late = node.open(oldToken);

    LateWriteTest(Caller caller) {
        super(caller);
    }

    private SessionToken signIn() {
        Session victim = otherNode.open(oldToken);
        SessionToken token = victim.signIn("ada");
        assertThat(otherNode.save(victim)).isEqualTo(SaveOutcome.SAVED);
        return token;
    }

    @Test
    void longAfterASignInARequestFromBeforeWritesNothing() {
        SessionToken token = signIn();
        late.set("role", "admin");
        clock.advance(LATER);
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(token).names()).containsExactly("lang");
    }

    @Test
    void aSignInLongAgoAndARotationJustNowDoNotOpenItAgain() {
        SessionToken token = signIn();
        clock.advance(LATER);
        Session victim = otherNode.open(token);
        SessionToken next = victim.rotate();
        assertThat(otherNode.save(victim)).isEqualTo(SaveOutcome.SAVED);
        late.set("role", "admin");
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(next).names()).containsExactly("lang");
    }

    @Test
    void limitsIndexesAndLabelsDoNotCrossASignIn() {
        SessionToken token = signIn();
        Session before = node.open(token);
        late.set("note", "mine");
        late.remember(Duration.ofDays(300), Duration.ofDays(3_650));
        late.index("tenant", "mallory");
        late.label("browser", "faked");
        assertSaved(late);
        Session after = node.open(token);
        assertThat(after.<String>get("note")).isEqualTo("mine");
        assertThat(after.idleTimeout()).isEqualTo(before.idleTimeout());
        assertThat(after.absoluteDeadline()).isEqualTo(before.absoluteDeadline());
        assertThat(after.isRemembered()).isFalse();
        assertThat(after.indexes()).isEmpty();
        assertThat(after.labels()).isEmpty();
        assertThat(node.findByIndex("tenant", "mallory")).isEmpty();
        assertUnchanged(late);
    }

    @Test
    void aRequestThatChangesNothingButLimitsAcrossASignInIsTold() {
        signIn();
        late.setIdleTimeout(Duration.ZERO);
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
    }

    @Test
    void aRenewalForAgeRefusesNothing() {
        otherNode.update(oldToken, session -> 0);
        Node renewing = node(builder -> builder.renewal(Duration.ofMinutes(1)).renewalGrace(Duration.ZERO));
        clock.advance(Duration.ofMinutes(2));
        Session renewed = renewing.open(oldToken);
        assertThat(renewing.save(renewed)).isEqualTo(SaveOutcome.SAVED);
        clock.advance(LATER);
        late.set("note", "of a long request");
        late.label("browser", "Lynx");
        assertSaved(late);
        Session after = node.open(renewed.token());
        assertThat(after.<String>get("note")).isEqualTo("of a long request");
        assertThat(after.labels()).containsEntry("browser", "Lynx");
    }

    @Test
    void aSettingRefusesAllMergesAcrossASignIn() {
        Node strict = node(builder -> builder.mergeAcrossSignIn(false));
        Session request = strict.open(oldToken);
        SessionToken token = signIn();
        request.set("note", "mine");
        assertThat(strict.save(request)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(token).names()).containsExactly("lang");
    }

    @Test
    void principalsAndIndexValuesAreBounded() {
        Session session = node.create();
        String longest = "x".repeat(Session.MAX_VALUE_LENGTH);
        session.signIn(longest);
        session.index("tenant", longest);
        assertThatThrownBy(() -> session.signIn(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1025")
                .hasMessageContaining("1024");
        assertThatThrownBy(() -> session.index("tenant", longest + "x")).isInstanceOf(IllegalArgumentException.class);
        assertSaved(session);
    }

    @Test
    void theHeaderCountsAsPartOfTheSession() {
        Node small = node(builder -> builder.maxSessionBytes(2_000));
        Session session = small.create();
        session.signIn("x".repeat(1_000));
        session.index("a", "y".repeat(1_000));
        assertThatThrownBy(() -> small.save(session))
                .isInstanceOf(SessionLimitException.class)
                .hasMessageContaining("maxSessionBytes");
        Session stored = small.stored("a", 1);
        stored.index("a", "y".repeat(1_000));
        stored.index("b", "y".repeat(1_000));
        assertThatThrownBy(() -> small.save(stored)).isInstanceOf(SessionLimitException.class);
    }

    @Test
    void aSignInFromTheFutureIsNotTrusted() {
        Session session = node.signedIn("ada");
        clock.advance(Duration.ofSeconds(-59));
        assertThat(node.open(session.token()).authenticatedWithin(Duration.ofMinutes(5)))
                .isTrue();
        clock.advance(Duration.ofSeconds(-2));
        assertThat(node.open(session.token()).authenticatedWithin(Duration.ofMinutes(5)))
                .isFalse();
    }

    @Test
    void aRevocationDoesNotCrossTheSignInOfAnotherPrincipal() {
        SessionToken token = signIn();
        assertThat(node.revoke(late)).isFalse();
        assertThat(late.isEnded()).isTrue();
        assertThat(node.open(token).principal()).contains("ada");
        assertThat(node.findByPrincipal("ada")).hasSize(1);
    }

    @Test
    void aRevocationDoesNotCrossASignInThatComesBetweenItsTwoTries() {
        store.beforeNext(
                Operation.DELETE,
                () -> otherNode.update(oldToken, session -> {
                    session.set("note", "of another request");
                    return 0;
                }));
        store.beforeNext(Operation.DELETE, () -> {
            SessionToken unused = signIn();
        });
        assertThat(node.revoke(late)).isFalse();
        assertThat(node.findByPrincipal("ada")).hasSize(1);
    }

    private Optional<Session> take(Session session) {
        return node.caller().call(node.sessions(), s -> s.revokeAndGet(session), s -> s.revokeAndGet(session));
    }

    @Test
    void whatIsTakenShowsNothingThatWasStoredForAnotherSecret() {
        Session victim = otherNode.open(oldToken);
        victim.set("user", "ada");
        victim.rotate();
        assertThat(otherNode.save(victim)).isEqualTo(SaveOutcome.SAVED);
        Session taken = take(late).orElseThrow();
        assertThat(taken.names()).containsExactly("lang");
        assertThat(taken.isEnded()).isTrue();
        assertThat(node.find(victim.token())).isEmpty();
    }

    @Test
    void whatAnotherPrincipalHasSignedInToIsNotTaken() {
        SessionToken token = signIn();
        assertThat(take(late)).isEmpty();
        assertThat(late.isEnded()).isTrue();
        assertThat(node.open(token).names()).containsExactly("lang");
    }

    /** Each creation begins to count rotations anew. */
    @Test
    void longAfterASessionWasCreatedAnewTwiceARequestFromBetweenWritesNothing() {
        SessionToken first = createdAnew(oldToken);
        Session between = node.open(first);
        clock.advance(Duration.ofMinutes(1));
        SessionToken second = createdAnew(first);
        clock.advance(LATER);
        between.set("role", "admin");
        between.setIdleTimeout(Duration.ZERO);
        assertThat(node.save(between)).isEqualTo(SaveOutcome.OVERTAKEN);
        Session after = node.open(second);
        assertThat(after.names()).containsExactly("user");
        assertThat(after.idleTimeout()).isNotEqualTo(Duration.ZERO);
    }

    private SessionToken createdAnew(SessionToken token) {
        take(node.open(token));
        Session anew = node.caller()
                .call(node.sessions(), s -> s.create(token), s -> CompletableFuture.completedFuture(s.create(token)));
        anew.set("user", "ada");
        anew.rotate();
        assertThat(node.save(anew)).isEqualTo(SaveOutcome.SAVED);
        return anew.token();
    }

    @Test
    void aLogoutEndsTheSessionWhateverOthersSaved() {
        Session other = otherNode.open(oldToken);
        other.set("note", "of another request");
        assertThat(otherNode.save(other)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.revoke(late)).isTrue();
        assertThat(late.isRevoked()).isTrue();
        assertThat(isStored(oldToken.id())).isFalse();
    }

    @Test
    void aLogoutEndsTheSessionAfterTheSamePrincipalsStepUp() {
        SessionToken token = signIn();
        Session logout = node.open(token);
        Session stepUp = otherNode.open(token);
        stepUp.signIn("ada");
        assertThat(otherNode.save(stepUp)).isEqualTo(SaveOutcome.SAVED);
        clock.advance(LATER);
        assertThat(node.revoke(logout)).isTrue();
        assertThat(node.find(stepUp.token())).isEmpty();
        assertThat(node.findByPrincipal("ada")).isEmpty();
    }

    @Test
    void aLogoutDoesNotEndWhatAnotherPrincipalHasSignedInTo() {
        SessionToken token = signIn();
        Session logout = node.open(token);
        Session other = otherNode.open(token);
        other.signIn("bob");
        assertThat(otherNode.save(other)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.revoke(logout)).isFalse();
        assertThat(node.open(other.token()).principal()).contains("bob");
    }

    @Test
    void aLogoutWithoutConflictIsOneCommand() {
        int before = store.calls();
        assertThat(node.revoke(late)).isTrue();
        assertThat(store.calls() - before).isEqualTo(1);
    }
}
