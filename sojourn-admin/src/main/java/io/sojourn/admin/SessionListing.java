package io.sojourn.admin;

import java.util.List;
import java.util.Optional;

/**
 * A page of sessions.
 *
 * @param sessions in no order if all keys were scanned, else the oldest sign-in first
 * @param next give this to get the next page; empty after the last one. It names no user and opens nothing
 */
public record SessionListing(List<SessionEntry> sessions, Optional<String> next) {}
