package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections that outlive the request in which their session was found, such as WebSockets. */
class LongConnectionTest extends EngineTest {

    LongConnectionTest(Caller caller) {
        super(caller);
    }

    @Test
    void sessionThatIsOnlyLookedAtEndsInItsTime() {
        Session known = node.stored("a", 1);
        clock.advance(Duration.ofMinutes(30));
        assertThat(node.isAlive(known)).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(node.isAlive(known)).isFalse();
    }

    @Test
    void sessionWhoseConnectionIsUsedLivesOnUntilItsDeadline() {
        Node daily = node(settings -> settings.absoluteTimeout(Duration.ofHours(2)));
        Session known = daily.stored("a", 1);
        for (int round = 0; round < 5; round++) {
            clock.advance(Duration.ofMinutes(20));
            assertThat(daily.keepAlive(known)).as("round " + round).isTrue();
        }
        clock.advance(Duration.ofMinutes(20));
        assertThat(daily.keepAlive(known)).isFalse();
    }

    @Test
    void newSecretOrAnotherValueDoesNotEndTheConnection() {
        Session known = node.stored("a", 1);
        Session later = node.open(known.token());
        later.rotate();
        later.set("a", 2);
        node.save(later);
        clock.advance(Duration.ofMinutes(20));
        assertThat(node.keepAlive(known)).isTrue();
        clock.advance(Duration.ofMinutes(20));
        assertThat(node.isAlive(known)).isTrue();
        assertThat(node.open(later.token()).<Integer>get("a")).isEqualTo(2);
    }

    @Test
    void connectionOfAVisitorSurvivesTheSignInAndThatOfAUserNoOthers() {
        Session visitor = node.stored("a", 1);
        Session user = node.open(visitor.token());
        user.signIn("ada");
        node.save(user);
        assertThat(node.isAlive(visitor)).isTrue();
        assertThat(node.isAlive(user)).isTrue();
        Session another = node.open(user.token());
        another.signIn("eve");
        node.save(another);
        assertThat(node.isAlive(user)).isFalse();
        assertThat(node.isAlive(another)).isTrue();
        another.signOut();
        node.save(another);
        assertThat(node.isAlive(user)).isFalse();
    }

    /** Whoever has planted the visitor's cookie must not keep the user's session alive. */
    @Test
    void connectionFromBeforeTheSignInDoesNotExtendTheSessionOfTheUser() {
        Session visitor = node.stored("a", 1);
        Session user = node.open(visitor.token());
        user.signIn("ada");
        node.save(user);
        for (int round = 0; round < 3; round++) {
            assertThat(node.keepAlive(visitor)).as("round " + round).isTrue();
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(node.keepAlive(visitor)).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(node.keepAlive(visitor)).isFalse();
        assertThat(node.find(user.token())).isEmpty();
    }

    @Test
    void connectionOfAUserExtendsTheSessionAfterAStepUp() {
        Session visitor = node.stored("a", 1);
        visitor.signIn("ada");
        node.save(visitor);
        Session user = node.open(visitor.token());
        Session stepUp = node.open(visitor.token());
        stepUp.signIn("ada");
        node.save(stepUp);
        clock.advance(Duration.ofMinutes(20));
        assertThat(node.keepAlive(user)).isTrue();
        assertThat(node.keepAlive(visitor)).isTrue();
        clock.advance(Duration.ofMinutes(20));
        assertThat(node.isAlive(user)).isTrue();
    }

    /** Its secret was replaced for its age, not by a sign-in. */
    @Test
    void connectionOfAVisitorExtendsTheSessionAfterARenewal() {
        Node renewing = node(settings -> settings.renewal(Duration.ofMinutes(15)));
        Session visitor = renewing.stored("a", 1);
        clock.advance(Duration.ofMinutes(20));
        Session later = renewing.open(visitor.token());
        assertThat(renewing.save(later)).isEqualTo(SaveOutcome.SAVED);
        assertThat(later.token()).isNotEqualTo(visitor.token());
        clock.advance(Duration.ofMinutes(20));
        assertThat(renewing.keepAlive(visitor)).isTrue();
        clock.advance(Duration.ofMinutes(20));
        assertThat(renewing.isAlive(visitor)).isTrue();
    }

    @Test
    void revokedSessionIsNotAlive() {
        Session known = node.stored("a", 1);
        assertThat(node.revoke(known.id())).isTrue();
        assertThat(node.isAlive(known)).isFalse();
        assertThat(node.keepAlive(known)).isFalse();
    }
}
