/**
 * What every class of the engine needs, so that none of them needs the engine: store, settings, clock, codecs and observers;
 * hidden. Start with {@link io.sojourn.context.EngineContext}. Calls of the store go through it, so that each failure becomes one
 * of our exceptions and is reported once. {@link io.sojourn.context.WaitStrategy} is the difference between blocking and
 * asynchronous.
 */
@NullMarked
package io.sojourn.context;

import org.jspecify.annotations.NullMarked;
