package io.sojourn.redis.connection;

import io.lettuce.core.RedisURI;

/**
 * A URI that shows where, and not as whom. Lettuce's own, to show a star for each character of the password, asks for the
 * credentials and waits for them wherever it is printed: on the threads of the connections, among others.
 */
public final class MaskedRedisUri extends RedisURI {

    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
        return getSocket() != null
                ? getSocket()
                : getHost() != null ? getHost() + ":" + getPort() : getSentinelMasterId();
    }
}
