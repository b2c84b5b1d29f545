package io.sojourn.http;

import io.sojourn.SessionToken;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the session cookie is called, what it carries beside the token, and how it is found in a request (RFC 6265).
 * Immutable; the defaults are the safe ones: {@code HttpOnly; SameSite=Lax}, {@code Secure} on secure requests, the path
 * {@code /}, no domain, an end with the browser's session, and a name that begins with {@value #HOST_PREFIX} wherever
 * browsers take it so.
 */
public final class SessionCookie {

    /** The name unless another is set: {@value}. */
    public static final String DEFAULT_NAME = "SESSION";

    /** The default of {@link Builder#hostPrefix}, for a name that nobody has set: {@value}. */
    public static final boolean DEFAULT_HOST_PREFIX = true;

    /** The path unless another is set: {@value}. */
    public static final String DEFAULT_PATH = "/";

    /**
     * What the name of a cookie begins with that browsers take only from the host itself, over HTTPS, for all of its paths
     * (RFC 6265bis, 4.1.3.2): {@value}. No application on a neighbouring host, or on another path, and nobody who can
     * change unencrypted traffic can plant one.
     */
    public static final String HOST_PREFIX = "__Host-";

    /** How many tokens of one request are tried at most: {@value}. */
    public static final int MAX_CANDIDATES = 4;

    /** The date of HTTP, RFC 9110, 5.6.7: its day has two digits, which {@code RFC_1123_DATE_TIME} does not promise. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final Set<String> OWN_SETTINGS =
            Set.of("path", "domain", "max-age", "expires", "secure", "httponly", "samesite", "partitioned");

    /** When a browser sends the cookie along with requests that other sites cause. */
    public enum SameSite {
        /** Only with requests from the site itself. */
        STRICT("Strict"),
        /** Also when a link leads here; the default. */
        LAX("Lax"),
        /**
         * Always, as embedding in other sites needs. Any site can then make requests in the user's name (cross-site
         * request forgery) unless the application defends itself. Browsers demand {@code Secure} with it.
         */
        NONE("None"),
        /**
         * The cookie has no {@code SameSite}. Browsers then decide: Chrome treats it as {@code Lax}, others send the cookie along with each
         * request of another site (cross-site request forgery).
         */
        OMITTED("");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /** When the cookie is marked {@code Secure}. */
    public enum Secure {
        /**
         * If the request came over HTTPS; the default, since it works on a developer's machine too. Means {@link #ALWAYS}
         * where browsers take the cookie in no other way: with {@link SameSite#NONE}, {@code Partitioned}, or a name that
         * begins with {@code __Host-} or {@code __Secure-}.
         */
        WHEN_REQUEST_IS,
        /** Always: where a proxy ends HTTPS and the container does not know it. */
        ALWAYS,
        /** Never: whoever listens on an unencrypted connection, which the browser may be tricked into, gets the token. */
        NEVER
    }

    private final String name;
    private final boolean hostPrefix;
    private final List<String> alsoRead;
    private final String path;
    private final Optional<String> domain;
    private final boolean httpOnly;
    private final Secure secure;
    private final Optional<SameSite> sameSite;
    private final boolean partitioned;
    private final Optional<Duration> maxAge;
    private final Map<String, String> attributes;

    private SessionCookie(Builder from) {
        name = from.name;
        hostPrefix = from.hostPrefix;
        alsoRead = List.copyOf(from.alsoRead);
        path = from.path;
        domain = from.domain;
        httpOnly = from.httpOnly;
        secure = from.needsSecure() && from.secure == Secure.WHEN_REQUEST_IS ? Secure.ALWAYS : from.secure;
        sameSite = from.sameSite;
        partitioned = from.partitioned;
        maxAge = from.maxAge;
        attributes = Collections.unmodifiableMap(new TreeMap<>(from.attributes));
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** See {@link Builder#name}; without a prefix that depends on the request, for which see {@link #name(boolean)}. */
    public String name() {
        return name;
    }

    /** See {@link Builder#hostPrefix}. */
    public boolean hostPrefix() {
        return hostPrefix;
    }

    /** See {@link Builder#alsoRead}. */
    public List<String> alsoRead() {
        return alsoRead;
    }

    /** See {@link Builder#path}. */
    public String path() {
        return path;
    }

    /** See {@link Builder#domain}. */
    public Optional<String> domain() {
        return domain;
    }

    /** See {@link Builder#httpOnly}. */
    public boolean httpOnly() {
        return httpOnly;
    }

    /** See {@link Builder#secure}. */
    public Secure secure() {
        return secure;
    }

    /** See {@link Builder#sameSite}; empty for {@link SameSite#OMITTED}. */
    public Optional<SameSite> sameSite() {
        return sameSite;
    }

    /** See {@link Builder#partitioned}. */
    public boolean partitioned() {
        return partitioned;
    }

    /** See {@link Builder#maxAge}. */
    public Optional<Duration> maxAge() {
        return maxAge;
    }

    /** See {@link Builder#attribute}; an empty value stands for a mere flag. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /**
     * What the cookie is called: {@link #name()}, with {@value #HOST_PREFIX} before it where that is {@linkplain
     * Builder#hostPrefix wanted} and browsers will take it.
     *
     * @param requestIsSecure whether the request came over HTTPS
     */
    public String name(boolean requestIsSecure) {
        boolean prefixed = hostPrefix && whyNoHostPrefix(requestIsSecure).isEmpty();
        return prefixed && !BrowserRules.hasPrefix(name, HOST_PREFIX) ? HOST_PREFIX + name : name;
    }

    /**
     * Why the cookie has no prefix although it is to have one: a clause for a log. Empty if it has, or is not to.
     *
     * @param requestIsSecure whether the request came over HTTPS
     */
    public Optional<String> whyNoHostPrefix(boolean requestIsSecure) {
        if (!hostPrefix) {
            return Optional.empty();
        }
        if (!path.equals("/")) {
            return Optional.of("its path is " + path + " and not /");
        }
        if (domain.isPresent()) {
            return Optional.of("it has a domain: " + domain.get());
        }
        if (secure == Secure.NEVER) {
            return Optional.of("it is never Secure");
        }
        return secure == Secure.ALWAYS || requestIsSecure
                ? Optional.empty()
                : Optional.of("it is not Secure: the request did not come over HTTPS, as far as the server knows");
    }

    /**
     * Reads the {@code Cookie} header of a request, once and in linear time, for tokens under the {@linkplain #name(boolean)
     * name} for such requests and under {@linkplain Builder#alsoRead former names}. Several tokens of one name come from another
     * path or domain, or from an attacker on a neighbouring one, so the first need not be the right one.
     *
     * @param cookieHeader several of one request are to be joined by {@code "; "} (RFC 9113, 8.2.3)
     * @param requestIsSecure whether the request came over HTTPS
     */
    public ReceivedCookie read(String cookieHeader, boolean requestIsSecure) {
        String current = name(requestIsSecure);
        if (alsoRead.isEmpty()) {
            return ReceivedCookie.of(cookieHeader, List.of(current));
        }
        List<String> names = new ArrayList<>(alsoRead.size() + 1);
        names.add(current);
        names.addAll(alsoRead);
        return ReceivedCookie.of(cookieHeader, names);
    }

    /**
     * The {@code Set-Cookie} header that hands a token to the client. Contains the secret.
     *
     * @param requestIsSecure whether the request came over HTTPS
     * @param now the present time, for {@code Expires} if the cookie has a max age
     */
    public String set(SessionToken token, boolean requestIsSecure, Instant now) {
        return set(token, maxAge, requestIsSecure, now);
    }

    /**
     * As {@link #set(SessionToken, boolean, Instant)}, with a max age of this session's own, as one that is remembered needs.
     *
     * @param age how long the browser keeps it, in whole seconds, at least one; empty for until it is closed
     */
    public String set(SessionToken token, Optional<Duration> age, boolean requestIsSecure, Instant now) {
        age.ifPresent(SessionCookie::requireSecond);
        return render(token.reveal(), age, now, requestIsSecure);
    }

    private static void requireSecond(Duration age) {
        if (age.toSeconds() < 1) { // It is sent in whole seconds, and 0 would make the browser drop the cookie.
            throw new IllegalArgumentException("The max age of a cookie must be at least a second, not " + age);
        }
    }

    /** The {@code Set-Cookie} header that makes the client forget the cookie. */
    public String clear(boolean requestIsSecure) {
        return render("", Optional.of(Duration.ZERO), Instant.EPOCH, requestIsSecure);
    }

    /** With {@code Expires} beside {@code Max-Age}, for clients that know only the older of the two, as containers do. */
    private String render(String value, Optional<Duration> age, Instant now, boolean requestIsSecure) {
        StringBuilder header =
                new StringBuilder(128).append(name(requestIsSecure)).append('=').append(value);
        header.append("; Path=").append(path);
        domain.ifPresent(d -> header.append("; Domain=").append(d));
        age.ifPresent(a -> header.append("; Max-Age=")
                .append(a.toSeconds())
                .append("; Expires=")
                .append(HTTP_DATE.format(now.plusSeconds(a.toSeconds()))));
        if (secure == Secure.ALWAYS || (secure == Secure.WHEN_REQUEST_IS && requestIsSecure)) {
            header.append("; Secure");
        }
        if (httpOnly) {
            header.append("; HttpOnly");
        }
        sameSite.ifPresent(s -> header.append("; SameSite=").append(s.text));
        if (partitioned) {
            header.append("; Partitioned");
        }
        attributes.forEach(
                (attribute, text) -> header.append("; ").append(attribute).append(text.isEmpty() ? "" : "=" + text));
        return header.toString();
    }

    /** Collects a cookie's properties; what a header could not carry is refused at once. */
    public static final class Builder {

        private String name = DEFAULT_NAME;
        private boolean hostPrefix = DEFAULT_HOST_PREFIX;
        private List<String> alsoRead = List.of();
        private String path = DEFAULT_PATH;
        private Optional<String> domain = Optional.empty();
        private boolean httpOnly = true;
        private Secure secure = Secure.WHEN_REQUEST_IS;
        private Optional<SameSite> sameSite = Optional.of(SameSite.LAX);
        private boolean partitioned;
        private Optional<Duration> maxAge = Optional.empty();
        private final Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        private Builder() {}

        /**
         * The cookie's name, exactly so: {@link #hostPrefix} is off from then on, unless it is switched on after it. Default
         * {@link #DEFAULT_NAME}.
         */
        public Builder name(String newName) {
            name = BrowserRules.name(newName);
            hostPrefix = false;
            return this;
        }

        /**
         * Whether the name begins with {@value #HOST_PREFIX} where browsers take it so: with the path {@code /}, without a
         * domain, and with {@code Secure}, that is on requests over HTTPS or with {@link Secure#ALWAYS}. A request over
         * HTTPS is then served by a cookie of that name alone; one without the prefix opens nothing. Default yes; for a
         * {@link #name} that was set, no.
         */
        public Builder hostPrefix(boolean wanted) {
            hostPrefix = wanted;
            return this;
        }

        /**
         * Former names of the cookie, to be read after its own, so that nobody is logged out when the name changes: the client
         * then gets the same token under the new name. Leave it out again when sessions from before have ended. Default
         * none: as long as a name without {@value #HOST_PREFIX} is read, whoever can plant a cookie on a neighbouring host
         * can have a visitor without a session use the attacker's own (login CSRF).
         */
        public Builder alsoRead(String... names) {
            alsoRead = Arrays.stream(names).map(BrowserRules::name).toList();
            return this;
        }

        /**
         * Below which path the browser sends the cookie. Default {@link #DEFAULT_PATH}.
         *
         * @throws IllegalArgumentException if browsers would not take it or never send it: it does not begin with a slash, or has
         *     what no path of a request has
         */
        public Builder path(String newPath) {
            path = BrowserRules.path(newPath);
            return this;
        }

        /**
         * Sends the cookie to all hosts of that domain, too. Default none, that is only to the host that set it: with a
         * domain, every application on any of its hosts gets the token, and can plant one. A dot in front is left out, as browsers
         * do.
         *
         * @throws IllegalArgumentException if it is not the name of a domain, such as {@code shop.example}: browsers refuse a cookie
         *     whose domain has a scheme, a port, a path, a wildcard, or is a top-level domain
         */
        public Builder domain(String newDomain) {
            domain = Optional.of(BrowserRules.domain(newDomain));
            return this;
        }

        /** Whether scripts in the page cannot read the cookie. Default yes; if they can, one injected script is enough to steal it. */
        public Builder httpOnly(boolean only) {
            httpOnly = only;
            return this;
        }

        /** When the cookie is marked {@code Secure}. Default {@link Secure#WHEN_REQUEST_IS}. */
        public Builder secure(Secure when) {
            secure = when;
            return this;
        }

        /** When it comes along with other sites' requests. Default {@link SameSite#LAX}. */
        public Builder sameSite(SameSite when) {
            sameSite = Optional.of(when).filter(given -> given != SameSite.OMITTED);
            return this;
        }

        /** Whether an embedding site gets a cookie jar of its own (CHIPS). Default no. Browsers demand {@code Secure} with it. */
        public Builder partitioned(boolean separate) {
            partitioned = separate;
            return this;
        }

        /** How long the browser keeps it, in whole seconds. Default: until it is closed. */
        public Builder maxAge(Duration age) {
            requireSecond(age);
            maxAge = Optional.of(age);
            return this;
        }

        /**
         * Adds an attribute that has no setting of its own here, such as {@code Priority=High}. Default none.
         *
         * @param attribute what it is called; case is kept but does not distinguish
         * @param text its value; empty for a mere flag
         */
        public Builder attribute(String attribute, String text) {
            if (!BrowserRules.isToken(attribute)) {
                throw new IllegalArgumentException(
                        "The name of a cookie's attribute must be made of letters, digits and !#$%&'*+-.^_`|~");
            }
            if (OWN_SETTINGS.contains(attribute.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "The cookie's attribute " + attribute + " has a setting of its own, or follows from one");
            }
            attributes.put(attribute, text.isEmpty() ? text : BrowserRules.value("attribute " + attribute, text));
            return this;
        }

        /** The cookie. */
        public SessionCookie build() {
            SessionCookie cookie = new SessionCookie(this);
            BrowserRules.check(cookie);
            return cookie;
        }

        private boolean needsSecure() {
            return BrowserRules.needsSecure(name) || BrowserRules.needsSecure(sameSite, partitioned);
        }
    }
}
