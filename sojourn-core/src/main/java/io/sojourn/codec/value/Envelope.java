package io.sojourn.codec.value;

import org.jspecify.annotations.Nullable;

/** Carries one value through Jackson's front door, and what is known of the value back out. */
public final class Envelope {

    private final @Nullable Object value;
    private final int depth;
    private final boolean isKey;
    private final HashCostLimit work = HashCostLimit.ofWriting();
    private @Nullable CanonicalOrder order;
    private @Nullable Class<?> applicationClass;

    public Envelope(@Nullable Object value) {
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
    public Envelope(@Nullable Object key, int depth, CanonicalOrder order) {
        this.value = key;
        this.depth = depth;
        this.isKey = true;
        this.order = order;
    }

    @Nullable
    public Object value() {
        return value;
    }

    public int depth() {
        return depth;
    }

    public boolean isKey() {
        return isKey;
    }

    /** What the keys of the value cost that is written. */
    public HashCostLimit work() {
        return work;
    }

    public CanonicalOrder order() {
        CanonicalOrder known = order;
        if (known == null) {
            known = new CanonicalOrder();
            order = known;
        }
        return known;
    }

    /** A class of the application of which the value is or holds an object, or null if there is none. */
    @Nullable
    public Class<?> applicationClass() {
        return applicationClass;
    }

    public void foundApplicationObject(Class<?> type) {
        if (applicationClass == null) {
            applicationClass = type;
        }
    }
}
