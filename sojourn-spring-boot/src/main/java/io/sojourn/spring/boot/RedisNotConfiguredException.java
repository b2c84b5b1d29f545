package io.sojourn.spring.boot;

/** Nothing says where Redis is. */
final class RedisNotConfiguredException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    static final String DESCRIPTION =
            "Sojourn keeps HTTP sessions in Redis, and no property and no bean says where Redis is.";
    static final String ACTION =
            "Set spring.data.redis.host (or .url, .sentinel.*, .cluster.nodes), or sojourn.redis.uri for a"
                    + " Redis of its own, or sojourn.store=memory to keep sessions in this process, for development and tests."
                    + " Sojourn does not use beans of type RedisConnectionFactory.";

    RedisNotConfiguredException() {
        super(DESCRIPTION + " " + ACTION);
    }
}
