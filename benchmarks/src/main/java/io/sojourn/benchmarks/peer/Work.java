package io.sojourn.benchmarks.peer;

import java.util.Locale;
import java.util.Map;

/** What is measured without HTTP. */
public enum Work {
    /** A request that looks at its session of ten attributes and changes nothing. */
    A("load, nothing changes", Samples.TEN),
    /** A request that changes one of ten attributes. */
    B("load, change one attribute, save", Samples.TEN),
    /** A first visit. */
    C("create with three attributes", Samples.THREE),
    /** A logout: the session is loaded, as for any request, and then ended. */
    D("load and revoke", Samples.TEN),
    /** A page "your devices": five sessions of ten attributes. */
    E("list a principal's 5 sessions", Samples.TEN),
    /** As {@link #B}, with 100 KB beside what changes. */
    F("100 KB session, one small attribute changes", Samples.LARGE),
    /** As {@link #A}, where a near cache has the session. */
    G("near-cache hit", Samples.TEN);

    private final String title;
    private final Map<String, Object> attributes;

    Work(String title, Map<String, Object> attributes) {
        this.title = title;
        this.attributes = attributes;
    }

    /** As results name it: a single lower-case letter. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in a few words. */
    public String title() {
        return title;
    }

    /** What its sessions hold. */
    public Map<String, Object> attributes() {
        return attributes;
    }
}
