package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StandIn;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions in place of one that the client's token does not open, and sign-ins that lose a race: each user gets a session. */
class StandInTest extends EngineTest {

    private final Session cart = node.stored("cart", "tea");
    private final SessionToken oldToken = cart.token();

    StandInTest(Caller caller) {
        super(caller);
    }

    private SessionToken signInElsewhere(String principal) {
        Session session = otherNode.open(oldToken);
        SessionToken token = session.signIn(principal);
        assertThat(otherNode.save(session)).isEqualTo(SaveOutcome.SAVED);
        return token;
    }

    private Session standIn() {
        return ((Lookup.Superseded) node.lookup(oldToken)).standIn();
    }

    @Test
    void aStandInForAReplacedTokenShowsNothingAndReplacesNoCookie() {
        signInElsewhere("ada");
        Session standIn = standIn();
        assertThat(standIn.standIn()).contains(StandIn.REPLACED_TOKEN);
        assertThat(standIn.mayReplaceCookie()).isFalse();
        assertThat(standIn.names()).isEmpty();
        assertThat(standIn.principal()).isEmpty();
        assertThat(standIn.isStored()).isFalse();
        assertThat(node.find(oldToken)).isEmpty();
        assertUnchanged(standIn);
    }

    @Test
    void aSignInOnAStandInMakesARealNewSession() {
        SessionToken first = signInElsewhere("ada");
        Session standIn = standIn();
        standIn.signIn("ada");
        assertThat(standIn.standIn()).isEmpty();
        assertThat(standIn.mayReplaceCookie()).isTrue();
        assertSaved(standIn);
        assertThat(standIn.id()).isNotEqualTo(oldToken.id());
        assertThat(otherNode.open(standIn.token()).principal()).contains("ada");
        assertThat(otherNode.open(first).principal()).contains("ada");
        assertThat(node.findByPrincipal("ada")).hasSize(2);
        assertThat(otherNode.lookup(oldToken)).isInstanceOf(Lookup.Superseded.class);
    }

    @Test
    void aLoginFormFetchedWithAReplacedTokenWorks() {
        signInElsewhere("ada");
        Session form = standIn();
        form.set("csrf", "token of the form");
        assertSaved(form);

        Session post = standIn();
        assertThat(post.isStored()).isTrue();
        assertThat(post.mayReplaceCookie()).isFalse();
        assertThat(post.<String>get("csrf")).isEqualTo("token of the form");
        post.signIn("ada");
        assertSaved(post);
        Session signedIn = otherNode.open(post.token());
        assertThat(signedIn.<String>get("csrf")).isEqualTo("token of the form");
        assertThat(signedIn.principal()).contains("ada");
        // The token that leads to the stand-in does not lead to what was made of it.
        assertThat(standIn().principal()).isEmpty();
    }

    /** It may be a login of the application's own, and somebody else may have planted the replaced token. */
    @Test
    void aStandInThatIsRotatedWithoutASignInIsNotFoundByTheReplacedToken() {
        signInElsewhere("ada");
        Session stored = standIn();
        stored.set("csrf", "token of the form");
        assertSaved(stored);
        Session login = standIn();
        assertThat(login.<String>get("csrf")).isEqualTo("token of the form");
        login.set("user", "ada");
        login.rotate();
        assertThat(login.mayReplaceCookie()).isFalse();
        assertSaved(login);

        Session again = standIn();
        assertThat(again.names()).isEmpty();
        assertThat(again.isStored()).isFalse();
    }

    @Test
    void aLoginFormThatIsSentLaterWorksAsWell() {
        signInElsewhere("ada");
        Session form = standIn();
        form.set("csrf", "token of the form");
        assertSaved(form);
        clock.advance(SessionSettings.SUPERSEDED_FOR.plusSeconds(60));

        Session post = node.open(oldToken);
        assertThat(post.<String>get("csrf")).isEqualTo("token of the form");
        assertThat(post.mayReplaceCookie()).isTrue();
        assertSaved(post);
        assertThat(post.token()).isNotEqualTo(oldToken);
        assertThat(otherNode.open(post.token()).<String>get("csrf")).isEqualTo("token of the form");
    }

    @Test
    void parallelRequestsShareTheStandIn() {
        signInElsewhere("ada");
        Session one = standIn();
        Session other = standIn();
        one.set("a", 1);
        other.set("b", 2);
        assertSaved(one);
        assertSaved(other);
        assertThat(standIn().names()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aGuessedSecretLeadsToNoStandIn() {
        SessionToken guess =
                SessionToken.parse(oldToken.id() + "." + "A".repeat(24)).orElseThrow();
        assertThat(node.lookup(guess)).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void aSignInForLeftOutTokensMakesARealNewSession() {
        Session session = node.createForLeftOutTokens();
        session.set("csrf", 1);
        session.signIn("ada");
        assertThat(session.mayReplaceCookie()).isTrue();
        assertSaved(session);
        assertThat(otherNode.open(session.token()).principal()).contains("ada");
        assertThat(otherNode.open(session.token()).names()).containsExactly("csrf");
    }

    @Test
    void anUpdateThatSignsInOnAStandInMakesARealNewSession() {
        Session session = node.createForLeftOutTokens();
        assertThat(node.update(session, s -> s.signIn("ada"))).isPresent();
        assertThat(session.mayReplaceCookie()).isTrue();
        assertThat(otherNode.open(session.token()).principal()).contains("ada");
        assertThat(otherNode.open(session.token()).id()).isEqualTo(session.id());
    }

    @Test
    void aSessionForAnUnknownTokenIsStoredEvenIfEmpty() {
        Session session = node.createForUnknownToken();
        assertThat(session.standIn()).contains(StandIn.UNKNOWN_TOKEN);
        assertThat(session.mayReplaceCookie()).isTrue();
        assertSaved(session);
        assertThat(node.find(session.token())).isPresent();
    }

    @Test
    void ofTwoClicksOnLoginEachGetsASession() {
        Session first = node.open(oldToken);
        Session second = otherNode.open(oldToken);
        first.signIn("ada");
        second.signIn("ada");
        second.set("clicked", "twice");
        assertSaved(first);
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.SAVED);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(node.open(first.token()).names()).containsExactly("cart");
        Session own = node.open(second.token());
        assertThat(own.<String>get("cart")).isEqualTo("tea");
        assertThat(own.<String>get("clicked")).isEqualTo("twice");
        assertThat(own.principal()).contains("ada");
        assertThat(own.isStored()).isTrue();
    }

    @Test
    void whoSignsInSecondLearnsNothingOfTheFirst() {
        Session late = node.open(oldToken);
        late.label("browser", "Lynx");
        SessionToken first = signInElsewhere("ada");
        Session ada = otherNode.open(first);
        ada.set("account", "IBAN of ada");
        assertThat(otherNode.save(ada)).isEqualTo(SaveOutcome.SAVED);
        late.signIn("eve");
        assertSaved(late);
        Session eve = node.open(late.token());
        assertThat(eve.names()).containsExactly("cart");
        assertThat(eve.labels()).containsEntry("browser", "Lynx");
        assertThat(eve.principal()).contains("eve");
        assertThat(node.open(first).principal()).contains("ada");
        assertThat(node.open(first).labels()).isEmpty();
    }

    @Test
    void aSignInThatLosesTheRaceDiesByARevocationAllTheSame() {
        Session late = node.open(oldToken);
        signInElsewhere("ada");
        late.signIn("ada");
        clock.advance(Duration.ofSeconds(1));
        node.revokeAll("ada");
        assertThat(node.save(late)).isEqualTo(SaveOutcome.GONE);
        assertThat(node.findByPrincipal("ada")).isEmpty();
    }

    @Test
    void aSignInCanEmptyTheSession() {
        Session planted = node.open(oldToken);
        planted.set("csrf", "known to the attacker");
        planted.set("lang", "en");
        assertSaved(planted);
        Session session = node.open(oldToken);
        session.signIn("ada", Set.of("lang"));
        session.set("account", 1);
        assertThat(session.names()).containsExactlyInAnyOrder("lang", "account");
        assertSaved(session);
        assertThat(node.open(session.token()).names()).containsExactlyInAnyOrder("lang", "account");
    }

    @Test
    void aSignInThatEmptiesTheSessionAlsoRemovesWhatWasSavedJustBefore() {
        Session session = node.open(oldToken);
        session.signIn("ada", Set.of());
        Session attacker = otherNode.open(oldToken);
        attacker.set("role", "admin");
        assertThat(otherNode.save(attacker)).isEqualTo(SaveOutcome.SAVED);
        assertSaved(session);
        assertThat(node.open(session.token()).names()).isEmpty();
        assertThat(session.names()).isEmpty();
    }
}
