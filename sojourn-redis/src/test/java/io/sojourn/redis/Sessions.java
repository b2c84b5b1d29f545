package io.sojourn.redis;

import io.sojourn.Session;
import java.time.Instant;
import java.util.List;

/** Sessions of the sizes that the documentation speaks of. */
public final class Sessions {

    private Sessions() {}

    /** Ten attributes and about 1 KB: seven strings, a list of three, a number and a time. */
    static void fillWithOneKilobyte(Session session) {
        for (int i = 0; i < 7; i++) {
            session.set("attribute" + i, "v".repeat(110) + i);
        }
        session.set("list", List.of("tea", "biscuits", "milk"));
        session.set("count", 123_456_789_012L);
        session.set("at", Instant.parse("2030-01-01T00:00:00Z"));
    }

    /** Three small attributes, as right after a sign-in. */
    static void fillWithThree(Session session) {
        session.set("user", "ada@example.org");
        session.set("cart", List.of("tea", "milk"));
        session.set("count", 3L);
    }
}
