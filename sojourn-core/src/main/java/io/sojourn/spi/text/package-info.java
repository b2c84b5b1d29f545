/**
 * Settings as texts, for stores and layers that are set up by environment variables, init parameters or options. Start with
 * {@link io.sojourn.spi.text.TextSettings}, which a {@link io.sojourn.spi.SessionStoreProvider} is given; it refuses
 * misspelled names and values with a message that says what is right.
 */
@NullMarked
package io.sojourn.spi.text;

import org.jspecify.annotations.NullMarked;
