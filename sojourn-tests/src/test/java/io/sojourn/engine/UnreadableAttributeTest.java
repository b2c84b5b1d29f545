package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.spi.AttributeCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attributes that this node cannot decode, while another one in the same fleet can. */
class UnreadableAttributeTest extends EngineTest {

    private static final String LARGE = "x".repeat(5_000);

    /** The younger half of a rolling deploy writes what the older half cannot read. */
    private final Node young =
            node(settings -> settings.codec(Serialization.codec(42)).alsoRead(Serialization.codec()));

    private final SessionToken token = node.stored("old", "old").token();

    UnreadableAttributeTest(Caller caller) {
        super(caller);
        Session session = young.open(token);
        session.set("small", new ArrayList<>(List.of("s")));
        session.set("large", LARGE);
        assertThat(young.save(session)).isEqualTo(SaveOutcome.SAVED);
        heard.clear();
    }

    @Test
    void readAsAbsent() {
        Session session = node.open(token);
        assertThat(session.<Object>get("small")).isNull();
        assertThat(session.get("large", String.class)).isEmpty();
        assertThat(session.names()).containsExactly("old");
        assertUnchanged(session);
    }

    @Test
    void areReportedOnceARequestWithWhatToDo() {
        Session session = node.open(token);
        session.names();
        session.get("small", Object.class);
        session.names();
        assertThat(heard.eventsWithIds())
                .containsExactly(
                        "unreadableAttribute " + token.id() + " small", "unreadableAttribute " + token.id() + " large");
        assertThat(heard.causes())
                .allSatisfy(cause ->
                        assertThat(cause).hasMessageContaining("alsoRead").hasMessageContaining("42"));
    }

    @Test
    void areNotTouchedUnlessAskedFor() {
        Session session = node.open(token);
        assertThat(session.<String>get("old")).isEqualTo("old");
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void surviveOtherSavesByteForByte() {
        byte[] large = stored(token.id()).parts().get("a:large");
        Session session = node.open(token);
        session.names();
        session.set("old", "new");
        SessionToken newToken = session.signIn("ada");
        assertSaved(session);
        assertThat(stored(token.id()).parts().get("a:large")).isEqualTo(large);
        Session read = young.open(newToken);
        assertThat(read.names()).containsExactly("old", "small", "large");
        assertThat(read.<List<String>>get("small")).containsExactly("s");
        assertThat(read.<String>get("large")).isEqualTo(LARGE);
    }

    @Test
    void surviveUpdatesAndConflictsToo() {
        Session session = node.open(token);
        session.set("a", 1);
        node.update(token, other -> {
            other.set("b", 2);
            return true;
        });
        assertSaved(session);
        Session read = young.open(token);
        assertThat(read.<List<String>>get("small")).containsExactly("s");
        assertThat(read.<String>get("large")).isEqualTo(LARGE);
    }

    @Test
    void canBeRemoved() {
        Session session = node.open(token);
        session.get("small", Object.class);
        session.remove("small");
        session.remove("large");
        assertSaved(session);
        assertThat(young.open(token).names()).containsExactly("old");
        assertThat(stored(token.id()).parts()).containsOnlyKeys("r");
    }

    @Test
    void canBeReplaced() {
        Session session = node.open(token);
        assertThat(session.<Object>get("small")).isNull();
        session.set("small", "mine");
        session.set("large", "now small");
        assertThat(session.<String>get("small")).isEqualTo("mine");
        assertThat(session.names()).containsExactly("old", "small", "large");
        assertSaved(session);
        assertThat(young.open(token).<String>get("small")).isEqualTo("mine");
        assertThat(young.open(token).<String>get("large")).isEqualTo("now small");
        assertThat(stored(token.id()).parts()).containsOnlyKeys("r");
    }

    @Test
    void areReadOnceAnUpdateHasReplacedThem() {
        Session session = node.open(token);
        assertThat(session.<Object>get("small")).isNull();
        node.update(session, own -> {
            own.set("small", "mine");
            return true;
        });
        assertThat(session.<String>get("small")).isEqualTo("mine");
        assertThat(session.names()).containsExactly("old", "small");
    }

    @Test
    void areReadOnceASaveHasMetWhatAnotherPutInTheirPlace() {
        Session session = node.open(token);
        assertThat(session.names()).containsExactly("old");
        Session other = otherNode.open(token);
        other.set("small", "theirs");
        assertSaved(other);
        heard.clear();
        session.set("own", 1);
        assertSaved(session);
        assertThat(session.<String>get("small")).isEqualTo("theirs");
        assertThat(session.names()).containsExactly("old", "small", "own");
        assertThat(heard.events()).doesNotContain("unreadableAttribute large"); // It is what it was, and has been told.
    }

    @Test
    void areThoseWhoseCodecFailsHoweverItFails() {
        for (Throwable failure : List.of(
                new IllegalStateException("secret value"),
                new NoClassDefFoundError("Cart"),
                new StackOverflowError())) {
            Node failing = node(settings -> settings.codec(AttributeCodec.of(Serialization::encode, bytes -> {
                throw sneaky(failure);
            })));
            heard.clear();
            Session session = failing.open(token);
            assertThat(session.<Object>get("old")).isNull();
            assertThat(heard.events()).containsExactly("unreadableAttribute old");
            assertThat(session.names()).isEmpty();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void whatACodecSaysOfAValueIsNotRepeated() {
        Node failing = node(settings -> settings.codec(AttributeCodec.of(Serialization::encode, bytes -> {
            throw new IllegalStateException("cannot parse 'hunter2'");
        })));
        Session session = failing.open(token);
        assertThat(session.<Object>get("old")).isNull();
        assertThat(heard.causes()).singleElement().satisfies(cause -> {
            assertThat(cause).hasStackTraceContaining("IllegalStateException");
            assertThat(cause).hasMessageContaining("\"old\"");
            assertThat(org.assertj.core.util.Throwables.getStackTrace(cause)).doesNotContain("hunter2");
        });
    }
}
