package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import org.junit.jupiter.api.Test;

/** New sessions whose token the application has chosen. */
class ChosenTokenTest extends EngineTest {

    private static final SessionToken CHOSEN = token("AAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBBB");
    private static final SessionToken OF_THE_SAME_ID = token("AAAAAAAAAAAAAAAAAAAAAACCCCCCCCCCCCCCCCCCCCCCCC");

    ChosenTokenTest(Caller caller) {
        super(caller);
    }

    @Test
    void theSessionIsStoredUnderTheChosenTokenInOneWrite() {
        Session session = node.create(CHOSEN);
        session.set("a", 1);
        assertSaved(session);
        assertThat(session.token()).isEqualTo(CHOSEN);
        assertThat(store.calls()).isEqualTo(1);
        assertThat(otherNode.open(CHOSEN).get("a", Integer.class)).contains(1);
        assertThat(heard.events()).startsWith("created");
    }

    @Test
    void ofTwoThatCreateItTheSecondIsLaidOverTheFirst() {
        Session first = node.create(CHOSEN);
        first.set("a", 1);
        Session second = otherNode.create(CHOSEN);
        second.set("b", 2);
        assertSaved(first);
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(CHOSEN).names()).containsExactlyInAnyOrder("a", "b");
        assertThat(heard.events()).filteredOn("created"::equals).hasSize(1);
    }

    @Test
    void updateRunsOnWhatIsThere() {
        Session first = node.create(CHOSEN);
        first.set("count", 1);
        assertSaved(first);
        int count = otherNode
                .update(otherNode.create(CHOSEN), session -> {
                    int next = session.get("count", Integer.class).orElse(0) + 1;
                    session.set("count", next);
                    return next;
                })
                .orElseThrow();
        assertThat(count).isEqualTo(2);
        assertThat(node.open(CHOSEN).get("count", Integer.class)).contains(2);
    }

    @Test
    void anotherSecretWritesNothing() {
        Session first = node.create(CHOSEN);
        first.set("a", 1);
        assertSaved(first);
        Session stranger = otherNode.create(OF_THE_SAME_ID);
        stranger.set("a", 2);
        assertThat(otherNode.save(stranger)).isEqualTo(SaveOutcome.OVERTAKEN);
        assertThat(node.open(CHOSEN).get("a", Integer.class)).contains(1);
    }

    @Test
    void whatIsRotatedBeforeItIsStoredIsFoundAsSupersededByTheChosenToken() {
        Session session = node.create(CHOSEN);
        session.set("a", 1);
        SessionToken secret = session.rotate();
        assertSaved(session);
        assertThat(otherNode.open(secret).names()).containsExactly("a");
        assertThat(otherNode.lookup(CHOSEN)).isInstanceOf(Lookup.Superseded.class);
        clock.advance(SessionSettings.SUPERSEDED_FOR.plusSeconds(1));
        assertThat(otherNode.lookup(CHOSEN)).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void ofTwoThatRotateItTheSecondWritesNothingAndCanStillBeMerged() {
        Session first = node.create(CHOSEN);
        first.set("a", 1);
        SessionToken secret = first.rotate();
        assertSaved(first);
        Session second = otherNode.create(CHOSEN);
        second.set("b", 2);
        second.rotate();
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.OVERTAKEN);
        Session third = otherNode.create(CHOSEN);
        third.set("b", 2);
        assertThat(otherNode.save(third)).isEqualTo(SaveOutcome.SAVED);
        assertThat(node.open(secret).names()).containsExactlyInAnyOrder("a", "b");
    }

    private static SessionToken token(String text) {
        return SessionToken.parse(text).orElseThrow();
    }
}
