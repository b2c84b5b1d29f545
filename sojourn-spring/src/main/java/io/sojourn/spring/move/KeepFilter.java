package io.sojourn.spring.move;

import io.sojourn.Lookup;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.http.ReceivedCookie;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * For servers that run beside others: leaves sessions to Spring Session's own filter, new ones included, so that servers which know
 * nothing of this library read and write the same ones; apart from sessions that have moved, which it leaves to the {@link
 * SojournFilter}. Each request costs one command more than with either filter alone; one whose session has not moved costs two,
 * since another server may move the session while the request runs.
 *
 * <p>While Redis is away, a request gets what {@link SojournFilter.Builder#onOutage} says, if it is this filter that finds Redis
 * away, and a 503 if it is Spring Session.
 */
public final class KeepFilter implements Filter {

    private static final String CHOSEN = KeepFilter.class.getName() + ".CHOSEN";

    /** So many old cookies are looked up, as the filter for moved sessions does. */
    private static final int MAX_CANDIDATES = 2 * SessionCookie.MAX_CANDIDATES;

    private final SojournFilter moved;
    private final Filter springSession;
    private final SessionManager manager;
    private final SpringSessionMove move;
    private final SessionCookie cookie;

    /**
     * Chooses between two filters, which must not be registered themselves.
     *
     * @param springSession the {@code SessionRepositoryFilter}
     * @param cookie as the filter for moved sessions has it
     */
    public KeepFilter(
            SojournFilter moved,
            Filter springSession,
            SessionManager manager,
            SpringSessionMove move,
            SessionCookie cookie) {
        this.moved = moved;
        this.springSession = springSession;
        this.manager = manager;
        this.move = move;
        this.cookie = cookie;
        move.movesNone();
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        moved.init(config);
        springSession.init(config);
    }

    @Override
    public void destroy() {
        springSession.destroy();
        moved.destroy();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(CHOSEN) instanceof Choice choice) { // Another dispatch of the same request.
            pass(choice, request, response, chain);
            return;
        }
        Choice choice =
                request instanceof HttpServletRequest http ? choose(http) : new Choice(springSession, List.of());
        request.setAttribute(CHOSEN, choice);
        pass(choice, request, response, chain);
    }

    /**
     * Which filter has the session of a request.
     *
     * @param texts of the cookies by which Spring Session may have found it
     */
    private record Choice(Filter filter, List<String> texts, RecordedChanges changes) {

        Choice(Filter filter, List<String> texts) {
            this(filter, texts, new RecordedChanges());
        }
    }

    private void pass(Choice choice, ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean isNested = request.getDispatcherType() == DispatcherType.FORWARD
                || request.getDispatcherType() == DispatcherType.INCLUDE;
        if (isNested) {
            choice.filter().doFilter(request, response, chain);
            return;
        }
        try {
            passOutermost(choice, request, response, chain);
        } catch (IOException | ServletException | RuntimeException e) {
            StoreUnavailableException outage = choice.filter() == moved ? null : SpringSessionOutage.in(e);
            if (outage == null) {
                throw e;
            }
            request.setAttribute(CHOSEN, new Choice(moved, List.of())); // For the error page.
            moved.doFilter(request, response, (wrapped, wrappedResponse) -> {
                throw outage;
            });
        }
    }

    private void passOutermost(Choice choice, ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (choice.texts().isEmpty()) {
            choice.filter().doFilter(request, response, chain);
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        try {
            choice.filter().doFilter(request, response, (wrapped, wrappedResponse) -> {
                chain.doFilter(choice.changes().recording((HttpServletRequest) wrapped), wrappedResponse);
                answered.set(true);
            });
            choice.changes().stored();
        } catch (IllegalStateException e) {
            // The plain repository drops the changes, with this exception, if another server has moved the session.
            boolean areKept =
                    answered.get() && choice.texts().stream().anyMatch(text -> move.addDropped(text, choice.changes()));
            if (!areKept) {
                throw e;
            }
        } finally {
            choice.texts().forEach(move::requestEnded);
        }
    }

    /** While Redis is away, the filter that knows what to do then, if the application asks for its session at all. */
    private Choice choose(HttpServletRequest request) {
        try {
            return chooseByCookies(request);
        } catch (StoreUnavailableException e) {
            return new Choice(moved, List.of());
        }
    }

    private Choice chooseByCookies(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Cookie"));
        if (headers.isEmpty()) {
            return new Choice(springSession, List.of());
        }
        ReceivedCookie received = cookie.read(String.join("; ", headers), request.isSecure());
        // Whether the visitor's session may have moved, so that Spring Session would not find it and replace its
        // cookie.
        boolean isUnsure = received.candidatesLeftOut();
        for (SessionToken token : received.tokens()) {
            Lookup lookup = manager.lookup(token);
            if (lookup instanceof Lookup.Found) {
                return new Choice(moved, List.of());
            }
            isUnsure |= !(lookup instanceof Lookup.Absent);
        }
        List<String> texts = new ArrayList<>();
        int candidates = 0;
        for (String text : received.others()) {
            SessionToken derived = move.token(text).orElse(null);
            if (derived == null) {
                continue;
            }
            if (++candidates > MAX_CANDIDATES) {
                isUnsure = true;
                break;
            }
            Lookup lookup = manager.lookupDerived(derived);
            if (lookup instanceof Lookup.Absent) {
                texts.add(text);
            } else {
                isUnsure = true;
            }
            if (lookup instanceof Lookup.Found) {
                break;
            }
        }
        // Spring Session opens the first of them that it has. If it has none, the other filter opens what has moved,
        // and sets no
        // cookie if it finds nothing.
        boolean isSpringSessions = !isUnsure || texts.stream().anyMatch(move::isStored);
        return isSpringSessions ? new Choice(springSession, texts) : new Choice(moved, List.of());
    }
}
