package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The application's own code finds a session by its id, without the token that the client has. */
class FoundByIdTest extends EngineTest {

    private final Session created = node.stored("cart", "apples");
    private final SessionToken token = created.token();

    FoundByIdTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    private Session found() {
        return otherNode.findById(token.id()).orElseThrow(() -> new AssertionError("there is no such session"));
    }

    @Test
    void showsWhatIsInTheSessionAndChangesIt() {
        Session found = found();
        assertThat(found.publicId()).isEqualTo(created.publicId());
        assertThat(found.<String>get("cart")).isEqualTo("apples");
        found.set("note", "from the job");
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(token).<String>get("note")).isEqualTo("from the job");
    }

    @Test
    void changesAreMergedWithThoseOfTheClientsRequests() {
        Session found = found();
        Session request = node.open(token);
        found.set("note", 1);
        request.set("cart", "pears");
        assertSaved(request);
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        Session after = node.open(token);
        assertThat(after.<String>get("cart")).isEqualTo("pears");
        assertThat(after.<Integer>get("note")).isEqualTo(1);
    }

    @Test
    void functionIsCommittedOnTheStateThatItRead() {
        Session found = found();
        Session request = node.open(token);
        request.set("count", 1);
        assertSaved(request);
        Optional<Integer> count = otherNode.update(found, session -> {
            int next = session.get("count", Integer.class).orElse(0) + 1;
            session.set("count", next);
            return next;
        });
        assertThat(count).hasValue(2);
    }

    @Test
    void tokenIsNotKnownAndNoneIsHandedOut() {
        Session found = found();
        assertThatThrownBy(found::token)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("by its id");
        assertThatThrownBy(found::storedToken).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void clientKeepsItsSecretAtASignIn() {
        Session found = found();
        SessionToken none = found.signIn("ada");
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(token).principal()).hasValue("ada");
        assertThat(node.findByPrincipal("ada")).hasSize(1);
        assertThat(node.find(none)).isEmpty();
        found.signOut();
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(token).principal()).isEmpty();
    }

    @Test
    void rotationGivesANewTokenAndTheClientsOwnOpensNothing() {
        Session found = found();
        SessionToken fresh = found.rotate();
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(found.token()).isEqualTo(fresh);
        assertThat(node.find(token)).isEmpty();
        assertThat(node.open(fresh).<String>get("cart")).isEqualTo("apples");
    }

    @Test
    void rotationByTheClientDoesNotKeepChangesOut() {
        Session found = found();
        Session request = node.open(token);
        SessionToken fresh = request.rotate();
        assertSaved(request);
        found.set("note", 1);
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(fresh).<Integer>get("note")).isEqualTo(1);
    }

    @Test
    void nothingIsWrittenToTheSessionOfAnotherUserWhoHasSignedInSince() {
        Session ofAda = node.signedIn("ada");
        Session found = otherNode.findById(ofAda.id()).orElseThrow();
        Session request = node.open(ofAda.token());
        SessionToken ofBob = request.signIn("bob");
        assertSaved(request);
        found.set("roles", "those of ada");
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(ofBob).<String>get("roles")).isNull();
    }

    @Test
    void visitorsAttributesAreKeptWhenTheVisitorSignsInMeanwhile() {
        Session found = found();
        Session request = node.open(token);
        SessionToken ofAda = request.signIn("ada");
        assertSaved(request);
        found.set("note", 1);
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(ofAda).<Integer>get("note")).isEqualTo(1);
    }

    @Test
    void signInLosesAgainstTheOneOfAnotherUser() {
        Session found = found();
        Session request = node.open(token);
        SessionToken ofBob = request.signIn("bob");
        assertSaved(request);
        found.signIn("ada");
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(ofBob).principal()).hasValue("bob");
    }

    @Test
    void lateSaveDoesNotResurrect() {
        Session found = found();
        found.set("note", 1);
        assertThat(node.revoke(token.id())).isTrue();
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.GONE);
        assertThat(isStored(token.id())).isFalse();
    }

    @Test
    void isRevoked() {
        assertThat(otherNode.revoke(found())).isTrue();
        assertThat(node.find(token)).isEmpty();
    }

    @Test
    void thereIsNoneThatHasEnded() {
        clock.advance(Duration.ofHours(25));
        assertThat(otherNode.findById(token.id())).isEmpty();
        assertThat(otherNode.findById(node.create().id())).isEmpty();
    }

    @Test
    void findingAloneDoesNotExtendButSavingDoes() {
        clock.advance(Duration.ofMinutes(20));
        Session found = found();
        clock.advance(Duration.ofMinutes(5));
        assertThat(otherNode.save(found)).isEqualTo(SaveOutcome.UNCHANGED);
        clock.advance(Duration.ofMinutes(20));
        assertThat(found()).isNotNull();
        clock.advance(Duration.ofMinutes(20));
        assertThat(otherNode.findById(token.id())).isEmpty();
    }

    @Test
    void publicIdNamesTheSession() {
        assertThat(SessionId.ofPublicId(created.publicId())).hasValue(token.id());
        assertThat(SessionId.ofPublicId(token.id().toString())).hasValue(token.id());
        assertThat(SessionId.ofPublicId(token.reveal())).isEmpty();
        assertThat(SessionId.ofPublicId(token.id() + "~")).isEmpty();
        assertThat(SessionId.ofPublicId(token.id() + "~x")).isEmpty();
        assertThat(SessionId.ofPublicId("../" + created.publicId())).isEmpty();
    }
}
