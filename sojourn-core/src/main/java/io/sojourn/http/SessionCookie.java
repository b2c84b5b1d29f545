package io.sojourn.http;

import io.sojourn.SessionToken;
import java.time.Duration;
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

    /** Longer {@code Cookie} headers are not looked into: 8 KiB. */
    public static final int MAX_HEADER_LENGTH = 8 * 1024;

    /** How many tokens of one request are tried at most: {@value}. */
    public static final int MAX_CANDIDATES = 4;

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
        NONE("None");

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

    /** See {@link Builder#sameSite}. */
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
        return prefixed && !hasPrefix(name, HOST_PREFIX) ? HOST_PREFIX + name : name;
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
     * The tokens in the {@code Cookie} header of a request, in the order in which they are to be tried, at most
     * {@link #MAX_CANDIDATES}: those under the {@linkplain #name(boolean) name} for such requests, and then those under
     * {@linkplain Builder#alsoRead former names}. More than one of a name come from another path or domain, or from an
     * attacker on a neighbouring one, so the first need not be the right one. Texts that are no tokens are left out, and so is
     * a header longer than {@link #MAX_HEADER_LENGTH}.
     *
     * @param cookieHeader several of one request are to be joined by {@code "; "} (RFC 9113, 8.2.3)
     * @param requestIsSecure whether the request came over HTTPS
     */
    public List<SessionToken> tokens(String cookieHeader, boolean requestIsSecure) {
        List<String> values = values(cookieHeader, requestIsSecure);
        if (alsoRead.isEmpty()) {
            return tokens(values);
        }
        List<String> all = new ArrayList<>(values);
        all.addAll(formerValues(cookieHeader));
        return tokens(all);
    }

    /**
     * As {@link #tokens(String, boolean)}, for who does not know how the request came: those under the name with the prefix,
     * or, only if there is none of that name, those without.
     */
    public List<SessionToken> tokens(String cookieHeader) {
        return tokens(values(cookieHeader));
    }

    private static List<SessionToken> tokens(List<String> values) {
        if (values.size() <= 1) { // As in nearly every request.
            return values.isEmpty()
                    ? List.of()
                    : SessionToken.parse(values.get(0)).map(List::of).orElse(List.of());
        }
        return values.stream()
                .flatMap(value -> SessionToken.parse(value).stream())
                .distinct()
                .limit(MAX_CANDIDATES)
                .toList();
    }

    /**
     * The texts under our name in a {@code Cookie} header, whether or not they are tokens; of too long a header none.
     *
     * @param requestIsSecure whether the request came over HTTPS
     */
    public List<String> values(String cookieHeader, boolean requestIsSecure) {
        return CookieHeader.values(cookieHeader, name(requestIsSecure));
    }

    /** As {@link #values(String, boolean)}, for who does not know how the request came. */
    public List<String> values(String cookieHeader) {
        List<String> values = values(cookieHeader, true);
        return values.isEmpty() ? values(cookieHeader, false) : values;
    }

    /** The texts under {@linkplain Builder#alsoRead former names}. */
    public List<String> formerValues(String cookieHeader) {
        if (alsoRead.isEmpty()) {
            return List.of();
        }
        return alsoRead.stream()
                .flatMap(former -> CookieHeader.values(cookieHeader, former).stream())
                .toList();
    }

    /**
     * The {@code Set-Cookie} header that hands a token to the client. Contains the secret.
     *
     * @param requestIsSecure whether the request came over HTTPS
     */
    public String set(SessionToken token, boolean requestIsSecure) {
        return set(token, maxAge, requestIsSecure);
    }

    /**
     * As {@link #set(SessionToken, boolean)}, with a max age of this session's own, as one that is remembered needs.
     *
     * @param age how long the browser keeps it, in whole seconds, at least one; empty for until it is closed
     */
    public String set(SessionToken token, Optional<Duration> age, boolean requestIsSecure) {
        age.ifPresent(SessionCookie::requireSecond);
        return render(token.reveal(), age, requestIsSecure);
    }

    private static void requireSecond(Duration age) {
        if (age.toSeconds() < 1) { // It is sent in whole seconds, and 0 would make the browser drop the cookie.
            throw new IllegalArgumentException("The max age of a cookie must be at least a second, not " + age);
        }
    }

    /** The {@code Set-Cookie} header that makes the client forget the cookie. */
    public String clear(boolean requestIsSecure) {
        return render("", Optional.of(Duration.ZERO), requestIsSecure);
    }

    /** Browsers do not mind its case (RFC 6265bis, 5.6). */
    private static boolean hasPrefix(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private String render(String value, Optional<Duration> age, boolean requestIsSecure) {
        StringBuilder header =
                new StringBuilder(128).append(name(requestIsSecure)).append('=').append(value);
        header.append("; Path=").append(path);
        domain.ifPresent(d -> header.append("; Domain=").append(d));
        age.ifPresent(a -> header.append("; Max-Age=").append(a.toSeconds()));
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
            name = token(newName);
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
            alsoRead = Arrays.stream(names).map(Builder::token).toList();
            return this;
        }

        /** Below which path the browser sends the cookie. Default {@link #DEFAULT_PATH}. */
        public Builder path(String newPath) {
            path = printable("path", newPath);
            return this;
        }

        /**
         * Sends the cookie to all hosts of that domain, too. Default none, that is only to the host that set it: with a
         * domain, every application on any of its hosts gets the token, and can plant one.
         */
        public Builder domain(String newDomain) {
            domain = Optional.of(printable("domain", newDomain));
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
            sameSite = Optional.of(when);
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
            if (!isToken(attribute)) {
                throw new IllegalArgumentException(
                        "The name of a cookie's attribute must be made of letters, digits and !#$%&'*+-.^_`|~");
            }
            if (OWN_SETTINGS.contains(attribute.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "The cookie's attribute " + attribute + " has a setting of its own, or follows from one");
            }
            attributes.put(attribute, text.isEmpty() ? text : printable("attribute " + attribute, text));
            return this;
        }

        /** The cookie. */
        public SessionCookie build() {
            if (hasPrefix(name, HOST_PREFIX) && (!path.equals("/") || domain.isPresent() || secure == Secure.NEVER)) {
                throw new IllegalArgumentException(
                        "Browsers take a __Host- cookie only with path /, without a domain, and secure");
            }
            if (hasPrefix(name, "__Secure-") && secure == Secure.NEVER) {
                throw new IllegalArgumentException("Browsers take a __Secure- cookie only if it is secure");
            }
            if (needsSecure() && secure == Secure.NEVER) {
                throw new IllegalArgumentException(
                        "Browsers take a cookie with SameSite=None or Partitioned only if it is secure");
            }
            return new SessionCookie(this);
        }

        /** Whether browsers refuse it without {@code Secure} (RFC 6265bis, 5.7). */
        private boolean needsSecure() {
            return hasPrefix(name, HOST_PREFIX)
                    || hasPrefix(name, "__Secure-")
                    || partitioned
                    || sameSite.equals(Optional.of(SameSite.NONE));
        }

        private static String token(String name) {
            if (!isToken(name)) {
                throw new IllegalArgumentException(
                        "The name of a cookie must be made of letters, digits and !#$%&'*+-.^_`|~");
            }
            return name;
        }

        private static boolean isToken(String text) {
            return !text.isEmpty() && text.chars().allMatch(Builder::isTokenCharacter);
        }

        private static boolean isTokenCharacter(int c) {
            return c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
        }

        private static String printable(String what, String value) {
            if (value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';')) {
                throw new IllegalArgumentException(
                        "The " + what + " of a cookie must be printable ASCII without semicolons");
            }
            return value;
        }
    }
}
