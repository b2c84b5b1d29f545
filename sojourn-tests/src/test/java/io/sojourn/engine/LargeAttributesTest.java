package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionWrite;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Small attributes travel together in the part {@code r}, large ones each in a part of their own. */
class LargeAttributesTest extends EngineTest {

    private static final AttributeCodec TEXT = AttributeCodec.ofText(Object::toString, text -> text);
    private static final String SMALL = "s".repeat(SessionSettings.DEFAULT_INLINE_LIMIT);
    private static final String LARGE = SMALL + "l";

    private final Node text = node(settings -> settings.codec(TEXT));
    private final SessionToken token;

    LargeAttributesTest(Caller caller) {
        super(caller);
        Session session = text.create();
        session.set("small", SMALL);
        session.set("large", LARGE);
        assertThat(text.save(session)).isEqualTo(SaveOutcome.SAVED);
        token = session.token();
    }

    private Map<String, byte[]> parts() {
        return stored(token.id()).parts();
    }

    private void saved(Session session) {
        assertThat(text.save(session)).isEqualTo(SaveOutcome.SAVED);
    }

    @Test
    void onlyWhatIsOverTheLimitLiesAlone() {
        assertThat(parts()).containsOnlyKeys("r", "a:large");
        assertThat(parts().get("a:large")).isEqualTo(TEXT.encode("large", LARGE));
        assertThat(text.open(token).<String>get("small")).isEqualTo(SMALL);
        assertThat(text.open(token).<String>get("large")).isEqualTo(LARGE);
    }

    @Test
    void aChangedLargeAttributeIsWrittenAlone() {
        byte[] record = parts().get("r");
        Session session = text.open(token);
        session.set("large", LARGE + "!");
        saved(session);
        assertThat(parts().get("r")).isSameAs(record);
        assertThat(text.open(token).<String>get("large")).isEqualTo(LARGE + "!");
    }

    @Test
    void aChangedSmallAttributeLeavesLargeOnesAlone() {
        byte[] large = parts().get("a:large");
        Session session = text.open(token);
        session.set("small", "t");
        session.signIn("ada");
        saved(session);
        assertThat(parts().get("a:large")).isSameAs(large);
        assertThat(text.open(session.token()).<String>get("small")).isEqualTo("t");
    }

    @Test
    void anAttributeMovesOutAndInAgainAsItsSizeChanges() {
        for (int round = 0; round < 3; round++) {
            Session growing = text.open(token);
            growing.set("small", LARGE + round);
            saved(growing);
            assertThat(parts()).containsOnlyKeys("r", "a:large", "a:small");
            assertThat(text.open(token).<String>get("small")).isEqualTo(LARGE + round);

            Session shrinking = text.open(token);
            shrinking.set("small", "s" + round);
            saved(shrinking);
            assertThat(parts()).containsOnlyKeys("r", "a:large");
            assertThat(text.open(token).<String>get("small")).isEqualTo("s" + round);
        }
        assertThat(text.open(token).names()).containsExactly("small", "large");
    }

    @Test
    void aRemovedLargeAttributeLeavesNothingBehind() {
        Session session = text.open(token);
        session.remove("large");
        saved(session);
        assertThat(parts()).containsOnlyKeys("r");
        assertThat(text.open(token).names()).containsExactly("small");
    }

    @Test
    void aLargeAttributeOfAnotherCodecIsReplacedAsAWhole() {
        Node java = node(settings -> settings.codec(Serialization.codec(42)).alsoRead(TEXT));
        Session session = java.open(token);
        session.set("large", LARGE);
        assertThat(java.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(java.open(token).<String>get("large")).isEqualTo(LARGE);
        assertThat(text.open(token).<Object>get("large")).isNull();
    }

    @Test
    void aLargeAttributeWhosePartWasLostReadsAsAbsentAndCanBeSetAgain() {
        SessionWrite loss = new SessionWrite(
                token.id(), stored(token.id()).revision(), 7, clock.instant(), null, Map.of(), Set.of("a:large"));
        memory.commit(loss);
        Session session = text.open(token);
        assertThat(session.<Object>get("large")).isNull();
        assertThat(session.names()).containsExactly("small");
        session.set("large", LARGE);
        saved(session);
        assertThat(text.open(token).<String>get("large")).isEqualTo(LARGE);
    }

    @Test
    void anInlineLimitOfZeroPutsAllButEmptyOnesAlone() {
        Node apart = node(settings -> settings.codec(TEXT).inlineLimit(0));
        Session session = apart.create();
        session.set("empty", "");
        session.set("one", "1");
        assertThat(apart.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(stored(session.id()).parts()).containsOnlyKeys("r", "a:one");
        assertThat(text.open(session.token()).<String>get("one")).isEqualTo("1");
        assertThat(text.open(session.token()).<String>get("empty")).isEmpty();
    }

    @Test
    void aLimitThatWasChangedTakesEffectAttributeByAttribute() {
        Node roomy = node(settings -> settings.codec(TEXT).inlineLimit(10_000));
        Session session = roomy.open(token);
        session.set("other", "1");
        assertThat(roomy.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(parts()).containsOnlyKeys("r", "a:large");
        Session next = roomy.open(token);
        next.set("large", LARGE + "!");
        assertThat(roomy.save(next)).isEqualTo(SaveOutcome.SAVED);
        assertThat(parts()).containsOnlyKeys("r");
        assertThat(text.open(token).<String>get("large")).isEqualTo(LARGE + "!");
    }
}
