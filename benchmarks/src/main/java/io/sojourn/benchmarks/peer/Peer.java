package io.sojourn.benchmarks.peer;

import java.util.Map;
import java.util.Set;

/**
 * A system under measurement. Sessions have names, which are whatever the system needs to find one again: what a client's
 * cookie would hold. Thread-safe.
 */
public interface Peer extends AutoCloseable {

    /** As results name it. */
    String name();

    /** What it can do at all. */
    Set<Work> works();

    /** Makes and stores a session; gives its name. */
    String create(Map<String, Object> attributes);

    /** Makes and stores a session of a signed-in user. */
    default String create(Map<String, Object> attributes, String principal) {
        throw new UnsupportedOperationException(name() + " has no index");
    }

    /** All that a request costs which looks at its session and changes nothing. */
    void read(String session);

    /** All that a request costs which changes one attribute of its session. */
    void change(String session, String value);

    /** All that a request costs which ends its session. */
    void revoke(String session);

    /** Lists the sessions of a user, and tells how many there are. */
    default int list(String principal) {
        throw new UnsupportedOperationException(name() + " has no index");
    }

    /**
     * Which keyspace notifications the server must send for it, as {@code notify-keyspace-events} has them; others are not
     * to bear their cost.
     */
    default String notifications() {
        return "";
    }

    @Override
    void close();
}
