/**
 * The engine behind both managers; hidden. It opens tokens, saves with optimistic concurrency, and revokes sessions, and it
 * does all I/O through the store interface. Start with {@link io.sojourn.engine.CommitDriver}, the one loop that commits, and
 * {@link io.sojourn.engine.TrackedSession}, what a request holds. A merge after a conflict happens in
 * {@link io.sojourn.engine.SaveAttempt}.
 */
@NullMarked
package io.sojourn.engine;

import org.jspecify.annotations.NullMarked;
