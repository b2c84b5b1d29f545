package io.sojourn.benchmarks.http;

import java.util.Locale;

/** What a request does with its session of ten attributes. */
public enum HttpWork {
    /** It does not touch it, as for a picture or a script. */
    NONE("request that does not touch the session"),
    /** It reads one attribute. */
    READ("request that reads the session"),
    /** It changes one attribute. */
    WRITE("request that changes the session");

    private final String title;

    HttpWork(String title) {
        this.title = title;
    }

    /** As results name it. */
    public String key() {
        return "http-" + path();
    }

    /** The last part of the request's path. */
    public String path() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in a few words. */
    public String title() {
        return title;
    }
}
