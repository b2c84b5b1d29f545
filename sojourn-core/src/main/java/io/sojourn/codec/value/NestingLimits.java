package io.sojourn.codec.value;

/** How deeply values may nest. */
public final class NestingLimits {

    /** Levels of lists, maps and objects. */
    public static final int MAX_DEPTH = 250;

    /** An object of an application counts for this many levels, because Jackson nests deeper to read it. */
    public static final int LEVELS_OF_OBJECT = 2;

    private NestingLimits() {}
}
