/**
 * Stores that change the bytes on their way to another store, as encryption and compression do. To write one, implement
 * {@link io.sojourn.spi.layer.PartLayer} and extend {@link io.sojourn.spi.layer.LayeredStore}, which knows when a part has changed
 * and has to be written again.
 */
@NullMarked
package io.sojourn.spi.layer;

import org.jspecify.annotations.NullMarked;
