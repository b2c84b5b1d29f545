package io.sojourn.histories;

/**
 * All keys of a master were deleted.
 *
 * @param at when that was done, in nanoseconds of the machine
 * @param master the replication id of the master
 * @param offset the replication offset of the master right before: what was written at this or a lower offset is lost
 */
public record Flush(long at, String master, long offset) implements Loss {}
