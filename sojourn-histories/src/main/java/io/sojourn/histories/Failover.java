package io.sojourn.histories;

/**
 * A server was made a master in place of another one.
 *
 * @param at when that was first seen, in nanoseconds of the machine
 * @param from the replication id of the server that was the master
 * @param to the replication id of the server that is the master now
 * @param offset the replication offset up to which the new master has what the old one had: what the old one wrote at a higher
 *     offset is lost
 */
public record Failover(long at, String from, String to, long offset) implements Loss {}
