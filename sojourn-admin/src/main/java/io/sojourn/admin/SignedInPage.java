package io.sojourn.admin;

import java.util.List;
import java.util.Optional;

/**
 * A page of those who are signed in.
 *
 * @param principals in no order
 * @param next give this to get the next page; empty after the last one
 */
public record SignedInPage(List<SignedInPrincipal> principals, Optional<String> next) {}
