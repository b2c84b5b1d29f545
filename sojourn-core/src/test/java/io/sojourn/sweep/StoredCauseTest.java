package io.sojourn.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.ends.EndCause;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Causes as they are stored, by this version and by others. */
class StoredCauseTest {

    @Test
    void aCauseIsReadAsItWasWritten() {
        Instant at = Instant.ofEpochMilli(1234);
        assertThat(new StoredCause(EndCause.LIMIT, null).format()).isEqualTo("LIMIT");
        assertThat(new StoredCause(EndCause.LIMIT, "a1", at).format()).isEqualTo("LIMIT a1 1234");
        assertThat(StoredCause.parse("LIMIT")).isEqualTo(new StoredCause(EndCause.LIMIT, null));
        assertThat(StoredCause.parse("LIMIT a1")).isEqualTo(new StoredCause(EndCause.LIMIT, "a1"));
        assertThat(StoredCause.parse("LIMIT a1 1234")).isEqualTo(new StoredCause(EndCause.LIMIT, "a1", at));
    }

    @Test
    void whatANewerVersionAddsIsLeftOut() {
        assertThat(StoredCause.parse("LIMIT a1 later more")).isEqualTo(new StoredCause(EndCause.LIMIT, "a1"));
        assertThat(StoredCause.parse("EATEN").cause()).isEqualTo(EndCause.UNREADABLE);
    }
}
