/**
 * How an operation of the store is carried out: over which connection, with which deadline, and what its caller is told. Hidden.
 *
 * <p>Every call of the store goes through {@link io.sojourn.redis.operation.Operations}; start there, then read
 * {@link io.sojourn.redis.operation.Connection}.
 */
@NullMarked
package io.sojourn.redis.operation;

import org.jspecify.annotations.NullMarked;
