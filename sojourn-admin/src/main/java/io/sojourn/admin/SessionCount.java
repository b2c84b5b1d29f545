package io.sojourn.admin;

/**
 * How many sessions there are.
 *
 * @param sessions the number
 * @param estimated whether it was worked out from a part of the keys. If not, each session was met that was there all the while; one
 *     that was made or ended meanwhile may count or not
 * @param keys how many keys were looked at
 */
public record SessionCount(long sessions, boolean estimated, long keys) {}
