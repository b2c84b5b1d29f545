/**
 * A session as it is stored, decoded, and what a request changes of it; hidden. Nothing here does I/O, so it can be tested
 * without a store. Start with {@link io.sojourn.record.SessionRecord}, the immutable record, and
 * {@link io.sojourn.record.SessionDelta}, the changes that are laid over it.
 */
@NullMarked
package io.sojourn.record;

import org.jspecify.annotations.NullMarked;
