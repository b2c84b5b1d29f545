package io.sojourn.spi;

/**
 * What a cache of stored bytes has done since its store was opened, and what it holds at this moment.
 *
 * @param active whether a server is connected to that tells of changes; while there is none, nothing is kept
 * @param hits loads that cost no command
 * @param misses loads that did
 * @param invalidations how often the server told of changes to a session that had been read
 * @param racedFills how often what was read was not kept, because it changed at that moment
 * @param staleReads loads that were answered from the last copy while the server was down
 * @param sessions how many there are copies of, roughly
 * @param bytes how much memory they take, roughly
 */
public record NearCacheStatus(
        boolean active,
        long hits,
        long misses,
        long invalidations,
        long racedFills,
        long staleReads,
        long sessions,
        long bytes) {}
