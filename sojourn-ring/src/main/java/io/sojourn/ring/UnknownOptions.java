package io.sojourn.ring;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;

/** Names what was given and means nothing, so that a typo does not go unseen. */
final class UnknownOptions {

    private static final Logger LOG = System.getLogger("io.sojourn.ring");

    private UnknownOptions() {}

    static void warn(Set<String> options, Set<String> connection) {
        if (!options.isEmpty()) {
            LOG.log(Level.WARNING, "Options of redis-store that mean nothing: {0}", String.join(" ", options));
        }
        if (!connection.isEmpty()) {
            LOG.log(Level.WARNING, "Keys of the connection that mean nothing here: {0}", String.join(" ", connection));
        }
    }
}
