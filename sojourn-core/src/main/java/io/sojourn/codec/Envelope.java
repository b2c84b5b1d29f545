package io.sojourn.codec;

import org.jspecify.annotations.Nullable;

/** Carries one value through Jackson's front door, and what is known of the value back out. */
final class Envelope {

    private final @Nullable Object value;
    private final int depth;
    private final boolean isKey;
    private @Nullable CanonicalOrder order;
    private @Nullable Class<?> applicationClass;

    Envelope(@Nullable Object value) {
        this.value = value;
        this.depth = 0;
        this.isKey = false;
    }

    /**
     * For a map's key or a set's element, which is encoded by itself to find its place.
     *
     * @param depth how deep in the whole value it is
     * @param order that of the whole value
     */
    Envelope(@Nullable Object key, int depth, CanonicalOrder order) {
        this.value = key;
        this.depth = depth;
        this.isKey = true;
        this.order = order;
    }

    @Nullable
    Object value() {
        return value;
    }

    int depth() {
        return depth;
    }

    boolean isKey() {
        return isKey;
    }

    CanonicalOrder order() {
        CanonicalOrder known = order;
        if (known == null) {
            known = new CanonicalOrder();
            order = known;
        }
        return known;
    }

    /** A class of the application of which the value is or holds an object, or null if there is none. */
    @Nullable
    Class<?> applicationClass() {
        return applicationClass;
    }

    void foundApplicationObject(Class<?> type) {
        if (applicationClass == null) {
            applicationClass = type;
        }
    }
}
