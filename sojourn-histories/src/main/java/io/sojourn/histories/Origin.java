package io.sojourn.histories;

/**
 * A master that may have answered a call, and its replication offset then.
 *
 * @param replicationId the replication id of the master ({@code master_replid}): a server gets a new one with each restart and
 *     each promotion, and an offset means something under one of them only
 * @param from the last offset that was seen before the call
 * @param to the first offset that was seen after the answer; {@link Long#MAX_VALUE} if none was seen any more
 */
public record Origin(String replicationId, long from, long to) {}
