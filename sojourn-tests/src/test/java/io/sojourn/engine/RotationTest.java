package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.format.Header;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** New secrets for old: who gets in afterwards, and who does not get a new one. */
class RotationTest extends EngineTest {

    private final Session created = node.stored("cart", "apples");
    private final SessionToken oldToken = created.token();

    RotationTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    /** Another request signs in; what it leaves behind is the new token. */
    private SessionToken signInElsewhere() {
        Session login = otherNode.open(oldToken);
        SessionToken token = login.signIn("ada");
        assertThat(otherNode.save(login)).isEqualTo(SaveOutcome.SAVED);
        return token;
    }

    @Test
    void onlyTheNewTokenOpensTheSessionAfterwards() {
        Session session = node.open(oldToken);
        SessionToken newToken = session.rotate();
        assertThat(node.lookup(newToken)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Found.class);
        assertSaved(session);
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
        assertThat(node.lookup(newToken)).isInstanceOf(Lookup.Found.class);
        assertThat(node.open(newToken).<String>get("cart")).isEqualTo("apples");
    }

    @Test
    void aRequestLetInBeforeASignInIsMergedButNotShownWhatCameAfter() {
        Session inFlight = node.open(oldToken);
        SessionToken newToken = signInElsewhere();
        Session signedIn = otherNode.open(newToken);
        signedIn.set("card", "secret of the one who signed in");
        assertThat(otherNode.save(signedIn)).isEqualTo(SaveOutcome.SAVED);

        inFlight.set("note", "mine");
        assertSaved(inFlight);

        assertThat(inFlight.principal()).isEmpty();
        assertThat(inFlight.<Object>get("card")).isNull();
        assertThat(inFlight.names()).containsExactlyInAnyOrder("cart", "note");
        assertThat(inFlight.token()).isEqualTo(oldToken);
        assertThat(node.open(newToken).<String>get("note")).isEqualTo("mine");
        assertUnchanged(inFlight);

        inFlight.set("note", "changed again");
        assertSaved(inFlight);
        assertThat(node.open(newToken).<String>get("note")).isEqualTo("changed again");
        assertThat(node.open(newToken).principal()).contains("ada");
    }

    /** As in an application that rotates at each step of a sign-in: a late request must not replace the newest cookie. */
    @Test
    void theFirstTokenIsKnownAfterManyRotationsInAShortTime() {
        Session session = node.open(oldToken);
        for (int i = 0; i < Header.MAX_REPLACED; i++) {
            clock.advance(Duration.ofMillis(100));
            session.rotate();
            assertSaved(session);
        }
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
        assertThat(Header.MAX_REPLACED).isGreaterThanOrEqualTo(16);
        clock.advance(SessionSettings.SUPERSEDED_FOR.plusSeconds(1));
        session.rotate();
        assertSaved(session);
        assertThat(TrackedSession.of(session).header().replaced()).hasSize(1);
    }

    @Test
    void aRequestLetInBeforeASignInSavesNothingTwice() {
        Session inFlight = node.open(oldToken);
        SessionToken newToken = signInElsewhere();
        inFlight.set("note", "mine");
        assertSaved(inFlight);
        Session signedIn = otherNode.open(newToken);
        signedIn.set("note", "theirs");
        assertThat(otherNode.save(signedIn)).isEqualTo(SaveOutcome.SAVED);

        inFlight.set("other", 1);
        assertSaved(inFlight);
        assertThat(node.open(newToken).<String>get("note")).isEqualTo("theirs");
        assertThat(node.open(newToken).<Integer>get("other")).isEqualTo(1);
        assertUnchanged(inFlight);

        inFlight.remove("note");
        assertSaved(inFlight);
        inFlight.set("note", "mine");
        assertSaved(inFlight);
        assertThat(node.open(newToken).<String>get("note")).isEqualTo("mine");
    }

    @Test
    void theIdStaysAndThePublicIdChanges() {
        Session session = node.open(oldToken);
        String before = session.publicId();
        SessionToken newToken = session.rotate();
        assertThat(session.publicId()).isNotEqualTo(before);
        assertThat(newToken.id()).isEqualTo(oldToken.id()).isEqualTo(session.id());
        String unsaved = session.publicId();
        assertSaved(session);
        assertThat(session.publicId()).isEqualTo(unsaved);
        assertThat(node.open(newToken).publicId()).isEqualTo(unsaved);
    }

    @Test
    void theSessionOffersTheNewTokenAtOnce() {
        Session session = node.open(oldToken);
        assertThat(session.token()).isEqualTo(oldToken);
        SessionToken newToken = session.rotate();
        assertThat(session.token()).isEqualTo(newToken);
        assertSaved(session);
        assertThat(session.token()).isEqualTo(newToken);
        assertUnchanged(session);
    }

    @Test
    void ofTwoRotationsInOneRequestTheSecondCounts() {
        Session session = node.open(oldToken);
        SessionToken forgotten = session.rotate();
        SessionToken token = session.rotate();
        assertSaved(session);
        assertThat(node.lookup(forgotten)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.find(token)).isPresent();
    }

    @Test
    void aNewSessionCanBeRotatedBeforeItIsStored() {
        Session session = node.create();
        SessionToken first = session.token();
        session.set("a", 1);
        SessionToken token = session.rotate();
        assertSaved(session);
        assertThat(node.lookup(first)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.open(token).publicId()).isEqualTo(session.publicId());
    }

    @Test
    void requestsInFlightStillMergeTheirChanges() {
        Session inFlight = node.open(oldToken);
        inFlight.set("wishes", "pears");
        SessionToken newToken = signInElsewhere();
        assertThat(node.save(inFlight)).isEqualTo(SaveOutcome.SAVED);
        Session now = node.open(newToken);
        assertThat(now.names()).containsExactly("cart", "wishes");
        assertThat(now.principal()).contains("ada");
    }

    @Test
    void ofTwoRotationsAtOnceTheLaterOneIsOvertaken() {
        Session late = node.open(oldToken);
        SessionToken newToken = signInElsewhere();
        late.set("cart", "stolen");
        SessionToken never = late.rotate();
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.lookup(never)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.open(newToken).<String>get("cart")).isEqualTo("apples");
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
    }

    @Test
    void aSupersededTokenCannotBeExchangedAfterAMergedSaveEither() {
        Session late = node.open(oldToken);
        SessionToken newToken = signInElsewhere();
        late.set("wishes", "pears");
        assertThat(node.save(late)).isEqualTo(SaveOutcome.SAVED);
        SessionToken never = late.rotate();
        assertThat(node.save(late)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.find(never)).isEmpty();
        assertThat(node.find(newToken)).isPresent();
    }

    @Test
    void anUpdateDoesNotExchangeASupersededTokenEither() {
        Session late = node.open(oldToken);
        SessionToken newToken = signInElsewhere();
        assertThat(node.update(late, Session::rotate)).isEmpty();
        late.set("wishes", "pears");
        assertThat(node.save(late)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.update(late, Session::rotate)).isEmpty();
        assertThat(node.update(late, session -> "nothing")).isEmpty();
        assertThat(node.find(newToken)).isPresent();
    }

    @Test
    void theHolderOfTheNewTokenRotatesOn() {
        SessionToken newToken = signInElsewhere();
        Session session = node.open(newToken);
        SessionToken newest = session.rotate();
        assertSaved(session);
        session.set("a", 1);
        assertSaved(session);
        SessionToken last = session.rotate();
        assertSaved(session);
        assertThat(node.find(newest)).isEmpty();
        assertThat(node.find(last)).isPresent();
    }

    @Test
    void anUpdateMayRotate() {
        Session session = node.open(oldToken);
        SessionToken newToken = node.update(session, Session::rotate).orElseThrow();
        assertThat(session.token()).isEqualTo(newToken);
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
        assertThat(node.find(newToken)).isPresent();
    }

    @Test
    void aReplacedSecretIsRecognizedForThirtySeconds() {
        signInElsewhere();
        clock.advance(SessionSettings.SUPERSEDED_FOR.minusMillis(1));
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Absent.class);
        assertThat(heard.events()).containsExactly("saved", "rotated", "signedIn", "superseded", "replacedSecret");
    }

    @Test
    void aReplacedSecretIsRecognizedByNodesWhoseClockIsBehind() {
        signInElsewhere();
        clock.advance(Duration.ofSeconds(-29));
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
        clock.advance(Duration.ofSeconds(-1));
        assertThat(node.lookup(oldToken)).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void severalReplacedSecretsAreRecognized() {
        SessionToken first = oldToken;
        SessionToken second = node.update(first, Session::rotate).orElseThrow();
        SessionToken third = node.update(second, Session::rotate).orElseThrow();
        SessionToken fourth = node.update(third, Session::rotate).orElseThrow();
        assertThat(node.lookup(first)).isInstanceOf(Lookup.Superseded.class);
        assertThat(node.lookup(second)).isInstanceOf(Lookup.Superseded.class);
        assertThat(node.lookup(third)).isInstanceOf(Lookup.Superseded.class);
        assertThat(node.find(fourth)).isPresent();
    }

    @Test
    void aSupersededTokenIsNotTakenForAStrangers() {
        signInElsewhere();
        assertThat(node.find(oldToken)).isEmpty();
        Session stopgap = node.createForLeftOutTokens();
        stopgap.set("a", 1);
        assertUnchanged(stopgap);
        assertThat(isStored(stopgap.id())).isFalse();
    }

    @Test
    void signingInSaysWhoAndSigningOutThatNobodyIs() {
        Session session = node.open(oldToken);
        assertThat(session.principal()).isEmpty();
        SessionToken in = session.signIn("ada");
        assertThat(session.principal()).contains("ada");
        assertSaved(session);
        assertThat(node.find(oldToken)).isEmpty();
        Session later = node.open(in);
        assertThat(later.principal()).contains("ada");
        SessionToken out = later.signOut();
        assertThat(later.principal()).isEmpty();
        assertSaved(later);
        assertThat(node.find(in)).isEmpty();
        assertThat(node.open(out).principal()).isEmpty();
    }

    @Test
    void aPrincipalIsATextAndNotEmpty() {
        Session session = node.open(oldToken);
        assertThatThrownBy(() -> session.signIn("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.signIn("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThat(session.principal()).isEmpty();
        assertUnchanged(session);
    }

    @Test
    void aSessionWithNothingButAPrincipalIsStored() {
        Session session = node.create();
        session.signIn("ada");
        assertSaved(session);
        assertThat(node.open(session.token()).principal()).contains("ada");
    }

    @Test
    void observersHearOfARotationOnceItIsSaved() {
        Session session = node.open(oldToken);
        session.rotate();
        assertThat(heard.events()).isEmpty();
        assertSaved(session);
        assertThat(heard.eventsWithIds()).containsExactly("saved " + session.id(), "rotated " + session.id());
    }
}
