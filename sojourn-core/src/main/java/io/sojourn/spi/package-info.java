/**
 * What the engine asks of others: a {@link io.sojourn.spi.SessionStore} to keep bytes, and an
 * {@link io.sojourn.spi.AttributeCodec} to make bytes of values. Start there to add a store; {@code SessionStoreContract} of
 * sojourn-testkit tests it.
 */
@NullMarked
package io.sojourn.spi;

import org.jspecify.annotations.NullMarked;
