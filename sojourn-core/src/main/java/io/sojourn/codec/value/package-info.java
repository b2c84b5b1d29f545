/**
 * What the codecs need to know of values apart from their bytes; hidden. {@link io.sojourn.codec.value.ValueEquality} compares a value
 * with what was read back, {@link io.sojourn.codec.value.CanonicalOrder} gives equal maps and sets equal bytes, and
 * {@link io.sojourn.codec.value.HashCostLimit} bounds the work.
 */
@NullMarked
package io.sojourn.codec.value;

import org.jspecify.annotations.NullMarked;
