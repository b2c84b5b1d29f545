package io.sojourn.ring;

import clojure.lang.IFn;
import org.jspecify.annotations.Nullable;

/**
 * The application's two functions between a session's data and what is stored of it.
 *
 * @param write null for none
 * @param read null for none
 */
record Handlers(@Nullable IFn write, @Nullable IFn read) {

    boolean areGiven() {
        return write != null || read != null;
    }

    @Nullable
    Object written(@Nullable Object data) {
        return write == null ? data : write.invoke(data);
    }

    @Nullable
    Object read(@Nullable Object stored) {
        return read == null ? stored : read.invoke(stored);
    }
}
