package io.sojourn.http;

import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request carries under the names of a {@link SessionCookie}; made by {@link SessionCookie#read}. Holds secrets, and
 * {@link #toString()} shows none.
 */
public final class ReceivedCookie {

    /** What a request without cookies carries. */
    public static final ReceivedCookie NONE = new ReceivedCookie(List.of(), List.of(), List.of(), false, null);

    private final List<SessionToken> tokens;
    private final List<SessionToken> current;
    private final List<String> others;
    private final boolean leftOut;
    private final @Nullable String first;

    private ReceivedCookie(
            List<SessionToken> tokens,
            List<SessionToken> current,
            List<String> others,
            boolean leftOut,
            @Nullable String first) {
        this.tokens = tokens;
        this.current = current;
        this.others = others;
        this.leftOut = leftOut;
        this.first = first;
    }

    /**
     * What a request carries that sends its tokens in another way than by cookies.
     *
     * @param texts what it sends, in the order in which they are to be tried
     */
    public static ReceivedCookie of(List<String> texts) {
        OfOneName all = new OfOneName();
        texts.forEach(all::add);
        return gather(List.of(all));
    }

    /** @param names the cookie's present name, and then its former ones */
    static ReceivedCookie of(String header, List<String> names) {
        List<OfOneName> found = new ArrayList<>(names.size());
        names.forEach(name -> found.add(new OfOneName()));
        CookieHeader.read(header, names, (value, name) -> found.get(name).add(value));
        return gather(found);
    }

    private static ReceivedCookie gather(List<OfOneName> found) {
        List<SessionToken> tokens = found.get(0).tokens;
        Set<String> others = found.get(0).others;
        @Nullable String first = found.get(0).first;
        for (OfOneName former : found.subList(1, found.size())) {
            first = first == null ? former.first : first;
            for (SessionToken token : former.tokens) {
                addUnlessKnown(tokens, token);
            }
            others.addAll(former.others);
        }
        boolean leftOut = tokens.size() > SessionCookie.MAX_CANDIDATES;
        List<SessionToken> tried = leftOut ? tokens.subList(0, SessionCookie.MAX_CANDIDATES) : tokens;
        return first == null
                ? NONE
                : new ReceivedCookie(List.copyOf(tried), found.get(0).asWritten, List.copyOf(others), leftOut, first);
    }

    /** One more than are tried is enough to know that there were more, and keeps this linear. */
    private static void addUnlessKnown(List<SessionToken> all, SessionToken one) {
        if (all.size() <= SessionCookie.MAX_CANDIDATES && !all.contains(one)) {
            all.add(one);
        }
    }

    /**
     * The tokens in the order in which they are to be tried, each once, at most {@link SessionCookie#MAX_CANDIDATES}: those
     * under the present name first. Texts that are no tokens are not among them.
     */
    public List<SessionToken> tokens() {
        return tokens;
    }

    /**
     * The texts that are no tokens, such as cookies of another session library, each once, in the order of the request. They may
     * be, or contain, secrets. A client can send thousands of them, so a caller that asks a store for each asks for a few only.
     */
    public List<String> others() {
        return others;
    }

    /**
     * Whether there were more tokens than {@link #tokens()} has. The visitor's own may be among those that are not tried, so
     * if none of the others opens a session the adapter must not replace the cookie.
     */
    public boolean candidatesLeftOut() {
        return leftOut;
    }

    /**
     * Whether the client holds that token under the cookie's present name and in the present form, perhaps with a load balancer's
     * route behind it. Otherwise the cookie is to be replaced.
     */
    public boolean isCurrent(SessionToken token) {
        return current.contains(token);
    }

    /**
     * The first text under one of the names, whether or not it is a token; empty if the request has none. It may be, or
     * contain, a secret.
     */
    public Optional<String> firstText() {
        return Optional.ofNullable(first);
    }

    /** How many tokens there are. */
    @Override
    public String toString() {
        return "ReceivedCookie[" + tokens.size() + " tokens" + (leftOut ? " and more" : "") + "]";
    }

    private static final class OfOneName {
        private final List<SessionToken> tokens = new ArrayList<>(1);
        private final List<SessionToken> asWritten = new ArrayList<>(1);
        private final Set<String> others = new LinkedHashSet<>(1);
        private @Nullable String first;

        void add(String value) {
            first = first == null ? value : first;
            SessionToken token = SessionToken.parse(value).orElse(null);
            if (token == null) {
                others.add(value);
                return;
            }
            addUnlessKnown(tokens, token);
            if (value.startsWith(token.reveal())) {
                addUnlessKnown(asWritten, token);
            }
        }
    }
}
