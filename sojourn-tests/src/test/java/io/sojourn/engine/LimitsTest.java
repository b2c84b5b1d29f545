package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionToken;
import io.sojourn.spi.AttributeCodec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a session may hold at most, and what one that is over a limit already may still do. */
class LimitsTest extends EngineTest {

    private final Node few = node(settings -> settings.codec(AttributeCodec.ofText(Object::toString, text -> text))
            .maxAttributes(3)
            .maxAttributeBytes(1_000)
            .maxSessionBytes(2_000));

    private final Node many = node(settings -> settings.codec(AttributeCodec.ofText(Object::toString, text -> text)));

    LimitsTest(Caller caller) {
        super(caller);
    }

    private static void assertRefused(ThrowingCallable call, String what, String setting, long limit) {
        assertThatThrownBy(call)
                .isInstanceOf(SessionLimitException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("over the limit of " + limit)
                .hasMessageContaining("raise " + setting + " (in the environment SOJOURN_MAX_")
                .hasMessageContaining("in Java SessionSettings.builder()." + setting);
    }

    /** As many attributes as named, of that many bytes each. */
    private static Session fill(Session session, int attributes, int bytes) {
        for (int i = 0; i < attributes; i++) {
            session.set("n" + i, "x".repeat(bytes));
        }
        return session;
    }

    private SessionToken overTheLimits() {
        Session session = fill(many.create(), 5, 800);
        assertThat(many.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session.token();
    }

    @Test
    void oneAttributeTooManyIsRefusedAtOnce() {
        Session session = fill(few.create(), 3, 1);
        assertRefused(() -> session.set("fourth", "x"), "number of attributes is 4", "maxAttributes", 3);
        assertThat(session.names()).containsExactly("n0", "n1", "n2");
        session.set("n0", "y");
        session.remove("n1");
        session.set("fourth", "x");
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(few.open(session.token()).names()).containsExactly("n0", "n2", "fourth");
    }

    @Test
    void attributesOfParallelRequestsAreCountedTogether() {
        SessionToken token = many.stored("old", "x").token();
        Session first = fill(few.open(token), 2, 1);
        Session second = few.open(token);
        second.set("late", "x");
        assertThat(few.save(first)).isEqualTo(SaveOutcome.SAVED);
        assertRefused(() -> few.save(second), "number of attributes is 4", "maxAttributes", 3);
        assertThat(few.open(token).names()).containsExactly("old", "n0", "n1");
    }

    @Test
    void anAttributeThatIsTooLargeIsRefusedAtOnce() {
        Session session = few.stored("a", "x");
        assertRefused(
                () -> session.set("a", "x".repeat(1_000)),
                "attribute \"a\" in bytes is 1001",
                "maxAttributeBytes",
                1_000);
        assertThat(session.<String>get("a")).isEqualTo("x");
        session.set("a", "x".repeat(999));
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void aSessionThatIsTooLargeIsRefusedWhenItIsSaved() {
        Session session = few.stored("a", "x");
        fill(session, 2, 990);
        assertRefused(() -> few.save(session), "size of the session in bytes is 2", "maxSessionBytes", 2_000);
        assertThat(few.open(session.token()).names()).containsExactly("a");
        session.remove("n0");
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void aRefusedSaveIsHeardByTheObserver() {
        Node watched = node(settings -> settings.codec(AttributeCodec.ofText(Object::toString, text -> text))
                .maxSessionBytes(2_000));
        Session session = fill(watched.create(), 2, 990);
        heard.clear();
        assertThatThrownBy(() -> watched.save(session)).isInstanceOf(SessionLimitException.class);
        assertThatThrownBy(() -> watched.update(session, s -> fill(s, 3, 990).names()))
                .isInstanceOf(SessionLimitException.class);
        assertThat(heard.eventsWithIds()).containsExactly("saveRefused " + session.id(), "saveRefused " + session.id());
        assertThat(heard.causes()).allMatch(cause -> cause instanceof SessionLimitException);
    }

    @Test
    void largePartsCountAsSmallOnesDo() {
        Node apart = node(settings -> settings.codec(AttributeCodec.ofText(Object::toString, text -> text))
                .inlineLimit(10)
                .maxSessionBytes(2_000));
        Session session = fill(apart.create(), 2, 990);
        assertRefused(() -> apart.save(session), "size of the session in bytes is 2", "maxSessionBytes", 2_000);
        assertThat(isStored(session.id())).isFalse();
    }

    @Test
    void whatIsOverALoweredLimitCanStillBeReadAndMadeSmaller() {
        Session session = few.open(overTheLimits());
        assertThat(session.names()).hasSize(5);
        session.remove("n0");
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
        session.set("n1", "small");
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(few.open(session.token()).names()).containsExactly("n1", "n2", "n3", "n4");
    }

    @Test
    void whatIsOverALoweredLimitCanStillSignIn() {
        Session session = few.open(overTheLimits());
        session.signIn("ada");
        assertThat(few.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(few.open(session.token()).principal()).contains("ada");
    }

    @Test
    void whatIsOverALoweredLimitCannotGrow() {
        SessionToken token = overTheLimits();
        Session more = few.open(token);
        assertRefused(() -> more.set("n5", "x"), "number of attributes is 6", "maxAttributes", 3);
        Session larger = few.open(token);
        larger.set("n0", "x".repeat(900));
        assertRefused(() -> few.save(larger), "size of the session", "maxSessionBytes", 2_000);
    }

    @Test
    void removingOneAttributeBuysNoRoomForOthersOverTheLimit() {
        Session stored = fill(few.create(), 3, 300);
        assertThat(few.save(stored)).isEqualTo(SaveOutcome.SAVED);
        Session session = few.open(stored.token());
        session.remove("n0");
        session.set("n1", "x".repeat(990));
        session.set("n2", "x".repeat(990));
        assertRefused(() -> few.save(session), "size of the session in bytes is 2", "maxSessionBytes", 2_000);
    }
}
