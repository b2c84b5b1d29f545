package io.sojourn.servlet.web;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisLayout;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.EventListener;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A site in a real container, behind the filter, its pages made by each test. Started once for a class. */
public final class Site implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** The name of the cookie where nothing else is said. */
    public static final String COOKIE = "JSESSIONID";

    private final ManualClock clock = ManualClock.at("2026-03-01T12:00:00Z");
    private final WatchedStore store;
    private final AtomicInteger containerSessions = new AtomicInteger();
    private final Pages pages = new Pages();
    private final Traffic traffic = new Traffic();
    private final Map<Integer, String> errorPages = new HashMap<>();
    private final List<Filter> outside = new ArrayList<>();
    private final List<Filter> inside = new ArrayList<>();

    private SessionManager manager;
    private Function<SessionManager, SojournFilter> filter = SojournFilter::new;
    private Consumer<ServletContext> configuration = context -> {};
    private EnumSet<DispatcherType> dispatches = EnumSet.allOf(DispatcherType.class);
    private String contextPath = "";
    private List<Class<? extends EventListener>> declared = List.of();
    private final List<ServerEndpointConfig> webSockets = new ArrayList<>();
    private boolean withFilter = true;
    private boolean formLogin;
    private @Nullable Container container;
    private @Nullable LogLines log;

    /** With its sessions in memory, or on the servers that the tests of this JVM are told to run on. */
    public Site() {
        store = new WatchedStore(RedisLayout.shared()
                .<SessionStore>map(servers -> TimedStore.on(servers, clock))
                .orElseGet(() -> new MemoryStore(1 << 20, clock)));
        manager = SessionManager.create(store, settings().build());
    }

    /** A store that waits long for its answers: a machine may stand still, and deadlines are tried elsewhere. */
    public static RedisStore patientStore(String uri) {
        return RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(10)).connect();
    }

    /** With its sessions in that store, which it closes at the end. */
    public Site(SessionStore sessions) {
        store = new WatchedStore(sessions);
        manager = SessionManager.create(store, settings().build());
    }

    private SessionSettings.Builder settings() {
        return SessionSettings.builder().clock(clock);
    }

    public Site filter(Function<SessionManager, SojournFilter> make) {
        filter = make;
        return this;
    }

    public Site settings(Consumer<SessionSettings.Builder> change) {
        SessionSettings.Builder changed = settings();
        change.accept(changed);
        manager = SessionManager.create(store, changed.build());
        return this;
    }

    public Site withoutFilter() {
        withFilter = false;
        return this;
    }

    /** With a login of the container's by a form, for pages below {@code /private/}. */
    public Site formLogin() {
        formLogin = true;
        return this;
    }

    /** A filter in front of Sojourn's. */
    public Site outside(Filter other) {
        outside.add(other);
        return this;
    }

    /** A filter behind Sojourn's. */
    public Site inside(Filter other) {
        inside.add(other);
        return this;
    }

    public Site dispatches(DispatcherType first, DispatcherType... more) {
        dispatches = EnumSet.of(first, more);
        return this;
    }

    public Site context(String path) {
        contextPath = path;
        return this;
    }

    public Site configured(Consumer<ServletContext> how) {
        configuration = how;
        return this;
    }

    /** With a listener in its descriptor. */
    public Site declares(Class<? extends EventListener> listener) {
        declared = List.of(listener);
        return this;
    }

    public Site webSocket(String path, Class<?> endpoint) {
        webSockets.add(ServerEndpointConfig.Builder.create(endpoint, path)
                .configurator(new HandshakeSession())
                .build());
        return this;
    }

    /** Where it answers. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + started().port());
    }

    public Site errorPage(int status, String path) {
        errorPages.put(status, path);
        return this;
    }

    public WatchedStore store() {
        return store;
    }

    public SessionManager manager() {
        return manager;
    }

    public Instant now() {
        return clock.instant();
    }

    /** What a cookie's {@code Expires} says if the cookie is to be kept for that time from now on. */
    public String expires(Duration age) {
        return DateTimeFormatter.ofPattern("'Expires='EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .format(clock.instant().plus(age).atOffset(ZoneOffset.UTC));
    }

    public void pass(Duration time) {
        clock.advance(time);
    }

    public void on(String path, Handler handler) {
        pages.put(path, handler);
    }

    /** Where a page is, for clients other than {@link #browser()}. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + started().port()).resolve(path);
    }

    public Browser browser() {
        return new Browser(address(), traffic);
    }

    /** A browser with a stored session of these attributes, made without the filter. */
    public Browser visitor(Object... namesAndValues) {
        return browser().with(COOKIE, stored(namesAndValues).token().reveal());
    }

    /** A stored session of these attributes, made without the filter; its commands are not counted. */
    public Session stored(Object... namesAndValues) {
        Session session = manager.create();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            session.set((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        manager.save(session);
        store.commands().clear();
        return session;
    }

    public Wire wire(String path, String... headers) throws IOException {
        return new Wire(started().port(), traffic, path, headers);
    }

    /** What the filter has logged since the test began; what it says once for information is told by {@link #notices}. */
    public List<String> log() {
        return lines(line -> !line.startsWith("INFO"));
    }

    /** What the filter has logged for information since the test began. */
    public List<String> notices() {
        return lines(line -> line.startsWith("INFO"));
    }

    private List<String> lines(Predicate<String> which) {
        return Objects.requireNonNull(log).lines().stream().filter(which).toList();
    }

    /** How many sessions the container has made itself. */
    public int containerSessions() {
        return containerSessions.get();
    }

    private Container started() {
        return Objects.requireNonNull(container, "The site is not open yet");
    }

    @Override
    public void beforeAll(ExtensionContext test) throws Exception {
        open();
    }

    /** Starts the container; fails if the application does not start. */
    public void open() throws Exception {
        container = Container.start(new WebApplication(
                contextPath,
                (classes, context) -> setUp(context),
                Map.copyOf(errorPages),
                declared,
                webSockets,
                formLogin));
    }

    private void setUp(ServletContext context) {
        configuration.accept(context);
        context.addListener(new HttpSessionListener() {
            @Override
            public void sessionCreated(HttpSessionEvent event) {
                if (SojournFilter.session(event.getSession()).isEmpty()) {
                    containerSessions.incrementAndGet();
                }
            }
        });
        register(context, traffic, EnumSet.allOf(DispatcherType.class));
        outside.forEach(other -> register(context, other, EnumSet.allOf(DispatcherType.class)));
        if (withFilter) {
            register(context, filter.apply(manager), dispatches);
        }
        inside.forEach(other -> register(context, other, EnumSet.of(DispatcherType.REQUEST)));
        ServletRegistration.Dynamic servlet = context.addServlet("pages", pages);
        servlet.setAsyncSupported(true);
        servlet.addMapping("/*");
    }

    private void register(ServletContext context, Filter filter, EnumSet<DispatcherType> dispatches) {
        FilterRegistration.Dynamic added =
                context.addFilter("filter" + context.getFilterRegistrations().size(), filter);
        added.setAsyncSupported(true);
        // In front of the container's own filter for WebSockets, which is there already.
        boolean last = webSockets.isEmpty();
        added.addMappingForUrlPatterns(dispatches, last, "/*");
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        pages.clear();
        store.forget();
        pass(Duration.ofHours(1)); // So that no test sees the remains of another.
        log = new LogLines(SojournFilter.class.getPackageName());
    }

    @Override
    public void afterEach(ExtensionContext test) {
        Objects.requireNonNull(log).close();
        AssertionError failed = pages.failed();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void afterAll(ExtensionContext test) throws Exception {
        started().close();
        store.close();
    }

    /** Whether this run is in Undertow. */
    public static boolean isUndertow() {
        return Container.NAME.equals("undertow");
    }

    /** The request as the container made it, below all wrappers. */
    public static HttpServletRequest unwrapped(HttpServletRequest request) {
        HttpServletRequest inner = request;
        while (inner instanceof jakarta.servlet.http.HttpServletRequestWrapper wrapper) {
            inner = (HttpServletRequest) wrapper.getRequest();
        }
        return inner;
    }
}
