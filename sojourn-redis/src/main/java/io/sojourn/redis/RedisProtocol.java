package io.sojourn.redis;

/** Which version of Redis' protocol a store speaks; see {@link RedisStoreBuilder#protocol}. */
public enum RedisProtocol {
    /**
     * RESP3, and RESP2 if the server or a proxy before it does not understand the greeting of RESP3 ({@code HELLO}): refuses it, asks
     * for a password at it, or does not answer it.
     */
    AUTO,

    /**
     * RESP2, for proxies. Only commands that sessions need are sent: no greeting, no scripts ahead of their first use, no
     * {@code INFO} and {@code TIME}. A near cache needs RESP3 and keeps nothing then.
     */
    RESP2
}
