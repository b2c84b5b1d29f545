package io.sojourn.servlet;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.config.SessionConfig;
import io.sojourn.http.SessionCookie;
import io.sojourn.log.LogThrottle;
import io.sojourn.log.SettingName;
import io.sojourn.servlet.container.ContainerCookie;
import io.sojourn.servlet.container.ContextCookie;
import io.sojourn.servlet.container.SessionListeners;
import io.sojourn.servlet.cookie.Application;
import io.sojourn.servlet.cookie.Tracking;
import io.sojourn.servlet.session.EndedSessions;
import io.sojourn.servlet.session.NodeSessions;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionTrackingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a filter works with.
 *
 * @param manager its sessions
 * @param cookie the cookie, if it does not depend on the web application
 * @param cookieChanges what to change in the application's cookie otherwise
 * @param options what the filter was told of the application
 * @param policy what to do while the store is out of reach
 * @param outages limits the lines about that in the log
 * @param opened the store, if the filter has opened it and is to close it
 * @param nodes what this node alone keeps of sessions
 */
record FilterSetup(
        SessionManager manager,
        @Nullable SessionCookie cookie,
        Consumer<SessionCookie.Builder> cookieChanges,
        Application.Options options,
        OutagePolicy policy,
        LogThrottle<String> outages,
        @Nullable SessionStore opened,
        NodeSessions nodes) {

    /** By code, if there is no store that was opened for it; the manager and its store stay the caller's then. */
    FilterSetup(
            SessionManager manager,
            @Nullable SessionCookie cookie,
            Consumer<SessionCookie.Builder> cookieChanges,
            Application.Options options,
            OutagePolicy policy,
            @Nullable SessionStore opened) {
        this(
                manager,
                cookie,
                cookieChanges,
                options,
                policy,
                new LogThrottle<>(() ->
                        TimeUnit.MILLISECONDS.toNanos(manager.settings().clock().millis())),
                opened,
                new NodeSessions(manager));
    }

    /** By descriptors and the environment. Throws {@link IllegalArgumentException} for what makes no sense. */
    static FilterSetup of(FilterConfig filter, Map<String, String> environment) {
        TextSettings texts = FilterParameters.of(filter, environment);
        SessionConfig config = new SessionConfig(texts);
        SessionSettings.Builder builder = SessionSettings.builder();
        timeoutOf(filter.getServletContext(), builder);
        config.applyTo(builder);
        SessionSettings settings = builder.build();
        ContextCookie.of(
                filter.getServletContext(),
                ContextCookie.STANDARD_NAME,
                config::applyTo); // Refused now, while no store is open yet.
        @Nullable
        Tracking tracking = texts.read(FilterParameters.TRACKING_MODES, FilterSetup::tracking)
                .orElse(null);
        List<EventListener> listeners =
                texts.read(FilterParameters.LISTENERS, FilterSetup::listeners).orElse(List.of());
        boolean storesEmpty = texts.read(FilterParameters.STORE_EMPTY_SESSIONS, SettingReader::flag)
                .orElse(SojournFilter.DEFAULT_STORE_EMPTY_SESSIONS);
        @Nullable TokenTransport transport = transport(texts, tracking);
        OutagePolicy policy = texts.read(FilterParameters.ON_OUTAGE, SettingReader.constant(OutagePolicy.class))
                .orElse(SojournFilter.DEFAULT_OUTAGE_POLICY);
        SessionStore store = config.openStore();
        return new FilterSetup(
                SessionManager.create(store, settings),
                null,
                config::applyTo,
                new Application.Options(tracking, listeners, storesEmpty, transport, null),
                policy,
                store);
    }

    private static Tracking tracking(String names) {
        return Tracking.of(SettingReader.list(names).stream()
                .map(SettingReader.constant(SessionTrackingMode.class))
                .toList());
    }

    private static @Nullable TokenTransport transport(TextSettings texts, @Nullable Tracking tracking) {
        boolean only = texts.read(FilterParameters.TOKEN_HEADER_ONLY, SettingReader::flag)
                .orElse(false);
        TokenTransport transport = texts.read(
                        FilterParameters.TOKEN_HEADER,
                        name -> only ? TokenTransport.header(name) : TokenTransport.headerOrCookie(name))
                .orElse(null);
        if (transport == null && only) {
            throw new IllegalArgumentException(SettingName.asText(FilterParameters.TOKEN_HEADER_ONLY)
                    + " says that sessions come by a header alone; name it in "
                    + SettingName.asText(FilterParameters.TOKEN_HEADER));
        }
        if (transport != null) {
            SojournFilter.refuseTracking(tracking);
        }
        return transport;
    }

    private static List<EventListener> listeners(String names) {
        List<EventListener> listeners = new ArrayList<>();
        for (String name : SettingReader.list(names)) {
            EventListener listener = SettingReader.objectOf(EventListener.class).apply(name);
            SessionListeners.refuseIfDeaf(listener);
            listeners.add(listener);
        }
        return listeners;
    }

    /** What the context says, and the filter beyond it. */
    Application application(ServletContext context) {
        Function<String, SessionCookie> ours =
                name -> cookie == null ? ContextCookie.of(context, name, cookieChanges) : cookie;
        boolean byCookie = options.transport() != null
                || Tracking.of(context, options.tracking()).byCookie();
        ContainerCookie.Names names = byCookie
                ? ContainerCookie.separate(context, ours)
                : new ContainerCookie.Names(ours.apply(ContextCookie.STANDARD_NAME), false);
        return Application.of(context, names, options);
    }

    /** Tells the application's listeners of sessions that end by themselves. */
    EndedSessions ends(Application application) {
        return new EndedSessions(manager, application.context(), application.listeners(), nodes);
    }

    /** The descriptor's {@code session-timeout}. Not "never": some containers say so if nobody has said anything. */
    private static void timeoutOf(ServletContext context, SessionSettings.Builder settings) {
        int minutes = context.getSessionTimeout();
        if (minutes > 0) {
            settings.idleTimeout(Duration.ofMinutes(minutes));
        }
    }

    void close() {
        nodes.close();
        if (opened != null) {
            opened.close();
        }
    }
}
