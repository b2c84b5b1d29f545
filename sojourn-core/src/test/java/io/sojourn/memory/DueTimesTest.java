package io.sojourn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionEnds;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DueTimesTest {

    private final DueTimes due = new DueTimes();

    /** All of one shard. */
    private static List<SessionId> ids(int count) {
        SecureRandom random = new SecureRandom();
        return Stream.generate(() -> SessionId.random(random))
                .filter(id -> SessionEnds.shard(id) == 3)
                .limit(count)
                .toList();
    }

    @Test
    void theEarliestComeFirstAndEachSessionOnce() {
        List<SessionId> ids = ids(3);
        due.put(ids.get(0), 30, 1, DueTimes.Kind.DUE);
        due.put(ids.get(1), 20, 2, DueTimes.Kind.DUE);
        due.put(ids.get(2), 10, 3, DueTimes.Kind.DUE);
        DueTimes.Entry later = due.put(ids.get(2), 30, 4, DueTimes.Kind.CLAIMED);
        assertThat(due.first(3, 10, 29)).extracting(DueTimes.Entry::id).containsExactly(ids.get(1));
        assertThat(due.first(3, 2, 30)).extracting(DueTimes.Entry::id).containsExactly(ids.get(1), ids.get(0));
        assertThat(due.first(4, 10, 30)).isEmpty();
        assertThat(due.next(3)).isEqualTo(20);
        assertThat(due.next(4)).isNull();
        assertThat(due.get(ids.get(2))).isEqualTo(later);
        due.removeBefore(30);
        assertThat(due.get(ids.get(1))).isNull();
        assertThat(due.remove(ids.get(0))).isTrue();
        assertThat(due.remove(ids.get(0))).isFalse();
        assertThat(due.first(3, 10, 30)).containsExactly(later);
        due.clear();
        assertThat(due.next(3)).isNull();
    }
}
