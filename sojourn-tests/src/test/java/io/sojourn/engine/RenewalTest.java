package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Secrets that are replaced for their age, and what a sign-in's age allows. */
class RenewalTest extends EngineTest {

    private static final Duration AGE = Duration.ofMinutes(15);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Node renewing = node(settings -> settings.renewal(AGE).renewalGrace(GRACE));

    RenewalTest(Caller caller) {
        super(caller);
    }

    @Test
    void aSecretIsReplacedOnceItIsOldEnoughAndNotBefore() {
        SessionToken first = renewing.signedIn("ada").token();
        clock.advance(AGE.minusMillis(1));
        Session young = renewing.open(first);
        assertThat(renewing.save(young)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(young.token()).isEqualTo(first);

        clock.advance(Duration.ofMillis(1));
        Session old = renewing.open(first);
        assertThat(renewing.save(old)).isEqualTo(SaveOutcome.SAVED);
        SessionToken second = old.token();
        assertThat(second).isNotEqualTo(first);
        assertThat(renewing.open(second).principal()).contains("ada");
        assertThat(renewing.save(renewing.open(second))).isEqualTo(SaveOutcome.UNCHANGED);
    }

    @Test
    void aNodeWhoseClockIsFarAheadGivesNoLongerGrace() {
        SessionToken first = renewing.signedIn("ada").token();
        Node ahead = node(settings -> settings.renewal(AGE)
                .renewalGrace(GRACE)
                .clock(() -> clock.instant().plus(Duration.ofHours(1))));
        Session renewed = ahead.open(first);
        assertThat(ahead.save(renewed)).isEqualTo(SaveOutcome.SAVED);
        assertThat(ahead.find(first)).isPresent();
        assertThat(renewing.find(first)).isEmpty();
        assertThat(renewing.find(renewed.token())).isPresent();
    }

    @Test
    void withoutTheSettingASecretGrowsAsOldAsItsSession() {
        Session session = node.signedIn("ada");
        clock.advance(Duration.ofMinutes(29));
        assertUnchanged(node.open(session.token()));
    }

    @Test
    void requestsUnderWayAreServedDuringTheGraceAndTheirChangesKept() {
        SessionToken first = renewing.signedIn("ada").token();
        clock.advance(AGE);
        Session before = renewing.open(first);
        SessionToken second = renewed(first);
        clock.advance(GRACE.minusMillis(1));
        Session during = renewing.open(first);
        during.set("during", 1);
        assertThat(renewing.save(during)).isEqualTo(SaveOutcome.SAVED);
        assertThat(during.token()).as("no new secret for an old one").isEqualTo(first);
        before.set("before", 1);
        assertThat(renewing.save(before)).isEqualTo(SaveOutcome.SAVED);
        assertThat(before.token()).isEqualTo(first);
        assertThat(renewing.open(second).names()).contains("before", "during");

        clock.advance(Duration.ofMillis(1));
        assertThat(renewing.lookup(first)).isInstanceOf(Lookup.Superseded.class);
        clock.advance(SessionSettings.SUPERSEDED_FOR);
        assertThat(renewing.lookup(first)).isInstanceOf(Lookup.Absent.class);
        assertThat(renewing.find(second)).isPresent();
    }

    @Test
    void anAnswerThatGotLostSignsNobodyOut() {
        SessionToken first = renewing.signedIn("ada").token();
        clock.advance(AGE);
        SessionToken lost = renewed(first);
        clock.advance(GRACE.multipliedBy(3));
        SessionToken again = renewed(first);
        assertThat(again).isNotEqualTo(lost);
        assertThat(renewing.find(first)).isPresent();
        assertThat(renewing.find(lost)).as("it may still arrive").isPresent();
        assertThat(renewing.find(again)).isPresent();
        clock.advance(GRACE);
        assertThat(renewing.find(first)).as("the newest was seen").isEmpty();
        assertThat(renewing.find(lost)).isEmpty();
    }

    @Test
    void anOldSecretWhoseSuccessorIsNeverSeenHoldsForAnHour() {
        SessionToken first = renewing.signedIn("ada").token();
        clock.advance(AGE);
        renewed(first);
        clock.advance(SessionSettings.UNSEEN_FOR.dividedBy(4));
        assertThat(renewing.save(renewing.open(first))).isEqualTo(SaveOutcome.SAVED);
        clock.advance(Duration.ofMinutes(20));
        assertThat(renewing.find(first)).isPresent();
        Node patient =
                node(settings -> settings.idleTimeout(Duration.ofHours(9)).renewal(AGE));
        SessionToken other = patient.signedIn("bob").token();
        clock.advance(AGE);
        assertThat(patient.save(patient.open(other))).isEqualTo(SaveOutcome.SAVED);
        clock.advance(SessionSettings.UNSEEN_FOR);
        assertThat(patient.find(other)).isEmpty();
    }

    private SessionToken renewed(SessionToken token) {
        Session session = renewing.open(token);
        assertThat(renewing.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(session.token()).isNotEqualTo(token);
        return session.token();
    }

    @Test
    void twoRequestsThatRenewAtOnceMakeOneNewSecretAndLoseNothing() {
        SessionToken first = renewing.signedIn("ada").token();
        clock.advance(AGE);
        Session one = renewing.open(first);
        Session other = renewing.open(first);
        Session unchanged = renewing.open(first);
        one.set("one", 1);
        other.set("other", 1);
        assertThat(renewing.save(one)).isEqualTo(SaveOutcome.SAVED);
        assertThat(renewing.save(other)).isEqualTo(SaveOutcome.SAVED);
        assertThat(renewing.save(unchanged)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(other.token()).isEqualTo(first);
        assertThat(unchanged.token()).isEqualTo(first);
        assertThat(renewing.open(one.token()).names()).contains("one", "other");
        assertThat(one.publicId()).endsWith("~2");
    }

    @Test
    void thereIsNoGraceForASignIn() {
        SessionToken first = renewing.stored("a", 1).token();
        Session session = renewing.open(first);
        session.signIn("ada");
        renewing.save(session);
        assertThat(renewing.lookup(first)).isInstanceOf(Lookup.Superseded.class);
    }

    @Test
    void aSignInEndsTheGraceOfARenewal() {
        SessionToken first = renewing.stored("a", 1).token();
        clock.advance(AGE);
        SessionToken second = renewed(first);
        assertThat(renewing.find(first)).isPresent();
        Session session = renewing.open(second);
        session.signIn("ada");
        renewing.save(session);
        assertThat(renewing.lookup(first)).isInstanceOf(Lookup.Superseded.class);
        assertThat(renewing.lookup(second)).isInstanceOf(Lookup.Superseded.class);
    }

    @Test
    void aSignInWithASecretInGraceGetsASessionOfItsOwn() {
        SessionToken first = renewing.stored("a", 1).token();
        clock.advance(AGE);
        SessionToken second = renewed(first);
        Session late = renewing.open(first);
        late.signIn("ada");
        assertThat(renewing.save(late)).isEqualTo(SaveOutcome.SAVED);
        assertThat(late.id()).isNotEqualTo(first.id());
        assertThat(renewing.open(late.token()).principal()).contains("ada");
        assertThat(renewing.open(second).principal()).isEmpty();
    }

    @Test
    void signingInWhenTheSecretIsOldIsOneRotationWithoutGrace() {
        SessionToken first = renewing.stored("a", 1).token();
        clock.advance(AGE);
        Session session = renewing.open(first);
        SessionToken second = session.signIn("ada");
        assertThat(renewing.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(session.publicId()).endsWith("~1");
        assertThat(renewing.find(second)).isPresent();
        assertThat(renewing.lookup(first)).isInstanceOf(Lookup.Superseded.class);
    }

    @Test
    void anAdapterThatCannotHandOutATokenPutsTheRenewalOff() {
        SessionToken first = renewing.stored("a", 1).token();
        clock.advance(AGE);
        Session late = renewing.open(first);
        assertThat(late.token()).isNotEqualTo(first);
        late.putOffRenewal();
        late.set("b", 2);
        assertThat(renewing.save(late)).isEqualTo(SaveOutcome.SAVED);
        assertThat(late.token()).isEqualTo(first);
        assertThat(renewing.open(first).names()).contains("b");
        Session asked = renewing.open(first);
        SessionToken second = asked.rotate();
        asked.putOffRenewal();
        assertThat(asked.token()).isEqualTo(second);
    }

    @Test
    void withoutAGraceTheOldSecretOpensNothingAtOnce() {
        Node strict = node(settings -> settings.renewal(AGE).renewalGrace(Duration.ZERO));
        SessionToken first = strict.stored("a", 1).token();
        clock.advance(AGE);
        Session session = strict.open(first);
        strict.save(session);
        assertThat(strict.lookup(first)).isInstanceOf(Lookup.Superseded.class);
        assertThat(strict.find(session.token())).isPresent();
    }

    @Test
    void theGraceIsNoLongerThanAReplacedSecretIsKnown() {
        assertThatThrownBy(() -> SessionSettings.builder().renewalGrace(Duration.ofSeconds(31)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("renewalGrace");
    }

    @Test
    void whenSomebodySignedInIsKnown() {
        Session session = node.stored("a", 1);
        assertThat(session.authenticatedAt()).isEmpty();
        assertThat(session.authenticatedWithin(Duration.ofDays(1))).isFalse();
        clock.advance(Duration.ofMinutes(10));
        session.signIn("ada");
        assertThat(session.authenticatedWithin(Duration.ZERO)).isTrue();
        assertSaved(session);
        clock.advance(Duration.ofMinutes(5));
        Session next = node.open(session.token());
        assertThat(next.authenticatedAt()).contains(clock.instant().minus(Duration.ofMinutes(5)));
        assertThat(next.authenticatedWithin(ChronoUnit.FOREVER.getDuration())).isTrue();
        assertThat(next.authenticatedWithin(Duration.ofMinutes(5))).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(next.authenticatedWithin(Duration.ofMinutes(5))).isFalse();
        next.signIn("ada");
        assertThat(next.authenticatedWithin(Duration.ofMinutes(5))).isTrue();
        next.signOut();
        assertThat(next.authenticatedAt()).isEmpty();
        assertThat(next.authenticatedWithin(Duration.ofDays(1))).isFalse();
    }

    @Test
    void whoAsksForItIsRememberedUntilSigningOut() {
        Session session = node.create();
        session.signIn("ada");
        assertThat(session.isRemembered()).isFalse();
        session.remember(Duration.ofDays(14), Duration.ofDays(90));
        assertSaved(session);
        clock.advance(Duration.ofDays(13));
        Session next = node.open(session.token());
        assertThat(next.isRemembered()).isTrue();
        assertThat(next.idleTimeout()).isEqualTo(Duration.ofDays(14));
        assertThat(next.absoluteDeadline()).contains(session.createdAt().plus(Duration.ofDays(90)));
        assertThat(node.findByPrincipal("ada")).hasSize(1);

        next.signOut();
        assertSaved(next);
        Session out = node.open(next.token());
        assertThat(out.isRemembered()).isFalse();
        assertThat(out.idleTimeout()).isEqualTo(SessionSettings.DEFAULT_IDLE_TIMEOUT);
        assertThat(out.absoluteDeadline()).contains(clock.instant().plus(Duration.ofHours(24)));
    }

    @Test
    void whoSignsInAfterSomebodyWhoIsRememberedIsNot() {
        Session session = node.create();
        session.signIn("ada");
        session.remember(Duration.ofDays(14), Duration.ofDays(90));
        session.signIn("ada"); // As before money moves.
        assertThat(session.isRemembered()).isTrue();
        assertSaved(session);

        Session next = node.open(session.token());
        next.signIn("bob");
        assertSaved(next);
        Session bobs = node.open(next.token());
        assertThat(bobs.isRemembered()).isFalse();
        assertThat(bobs.idleTimeout()).isEqualTo(SessionSettings.DEFAULT_IDLE_TIMEOUT);
        assertThat(bobs.absoluteDeadline()).contains(clock.instant().plus(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT));
    }

    @Test
    void whoIsRememberedEndsAtItsOwnDeadline() {
        Session session = node.create();
        session.signIn("ada");
        session.remember(Duration.ZERO, Duration.ofDays(30));
        assertSaved(session);
        clock.advance(Duration.ofDays(30).minusMillis(1));
        assertThat(node.find(session.token())).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(node.find(session.token())).isEmpty();
        assertThatThrownBy(() -> session.remember(Duration.ZERO, Duration.ofDays(40_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
