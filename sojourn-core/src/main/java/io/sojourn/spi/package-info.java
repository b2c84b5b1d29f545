/**
 * What the engine asks of others: a {@link io.sojourn.spi.SessionStore} to keep bytes, an
 * {@link io.sojourn.spi.AttributeCodec} to make bytes of values, a {@link io.sojourn.spi.SessionObserver} to hear of it.
 */
@NullMarked
package io.sojourn.spi;

import org.jspecify.annotations.NullMarked;
