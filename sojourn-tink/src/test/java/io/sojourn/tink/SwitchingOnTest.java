package io.sojourn.tink;

import static io.sojourn.tink.Scene.bytes;
import static io.sojourn.tink.Scene.change;
import static io.sojourn.tink.Scene.load;
import static io.sojourn.tink.Scene.newId;
import static io.sojourn.tink.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Encryption is switched on, and off, while there are sessions. */
class SwitchingOnTest {

    private final Scene scene = new Scene();
    private final Instant start = Instant.parse("2030-01-01T00:00:00Z");
    private final ManualClock clock = ManualClock.at(start);

    private EncryptedStore.Builder builder() {
        return EncryptedStore.builder(scene.beneath, scene.keys)
                .clock(clock)
                .acceptPlaintextUntil(start.plus(Duration.ofHours(24)));
    }

    private SessionId plain() {
        SessionId id = newId();
        Scene.create(
                scene.beneath, id, 1, Map.of("r", bytes("\u0001record"), "a:cart", bytes("tea"), "a:seen", bytes("x")));
        return id;
    }

    @Test
    void plaintextIsReadAndEncryptedWholeByTheNextWrite() {
        EncryptedStore store = builder().build();
        SessionId id = plain();
        assertThat(text(load(store, id), "a:cart")).isEqualTo("tea");
        assertThat(change(store, id, 1, 2, Map.of("r", bytes("\u0001record 2")), Set.of("a:seen")))
                .isEqualTo(CommitResult.APPLIED);
        assertThat(scene.raw(id).parts()).containsOnlyKeys("r", "x1");
        assertThat(load(scene.store, id).parts()).containsOnlyKeys("r", "a:cart");
        assertThat(text(load(scene.store, id), "a:cart")).isEqualTo("tea");
    }

    @Test
    void plaintextIsRefusedWhenTheTimeIsUp() {
        EncryptedStore store = builder().build();
        SessionId id = plain();
        clock.advance(Duration.ofHours(24));
        Scene.assertUnreadable(store, id);
        assertThatThrownBy(() -> load(store, id)).hasMessageContaining("acceptPlaintextUntil");
    }

    @Test
    void theFirstOfTwoDeploysReadsBothAndLeavesBothAsTheyAre() {
        EncryptedStore first = builder().writePlaintext().build();
        EncryptedStore second = builder().build();
        SessionId old = plain();
        SessionId created = newId();
        Scene.create(first, created, 1, Map.of("r", bytes("\u0001new")));
        assertThat(text(scene.raw(created), "r")).isEqualTo("\u0001new");
        load(first, old);
        change(first, old, 1, 2, Map.of("a:more", bytes("y")), Set.of("a:seen"));
        assertThat(scene.raw(old).parts()).containsOnlyKeys("r", "a:cart", "a:more");

        SessionId encrypted = newId();
        Scene.create(second, encrypted, 1, Map.of("r", bytes("\u0001secret"), "a:cart", bytes("jam")));
        assertThat(text(load(first, encrypted), "a:cart")).isEqualTo("jam");
        change(first, encrypted, 1, 2, Map.of("a:cart", bytes("tea")), Set.of());
        assertThat(scene.raw(encrypted).parts()).containsOnlyKeys("r", "x1", "m");
        assertThat(text(load(second, encrypted), "a:cart")).isEqualTo("tea");
    }

    @Test
    void writingPlaintextEndsWithReadingIt() {
        EncryptedStore store = builder().writePlaintext().build();
        clock.advance(Duration.ofHours(25));
        SessionId id = newId();
        Scene.create(store, id, 1, Map.of("r", bytes("record")));
        assertThat(Seal.isSealed(scene.raw(id).parts().getOrDefault("r", new byte[0])))
                .isTrue();
        assertThat(text(load(store, id), "r")).isEqualTo("record");
    }

    @Test
    void writingPlaintextNeedsReadingIt() {
        assertThatThrownBy(() -> EncryptedStore.builder(scene.beneath, scene.keys)
                        .writePlaintext()
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("acceptPlaintextUntil");
    }
}
