package io.sojourn.benchmarks.boot;

import java.util.Locale;

/** What a browser asks the application for. */
public enum BootWork {
    /** A page for signed-in users that shows one of ten attributes. */
    READ,
    /** The same page, which changes one attribute. */
    WRITE,
    /** The form of the login, and the sign-in by it: two requests. */
    LOGIN;

    /** As results name it. */
    public String key() {
        return "boot-" + path();
    }

    String path() {
        return name().toLowerCase(Locale.ROOT);
    }
}
