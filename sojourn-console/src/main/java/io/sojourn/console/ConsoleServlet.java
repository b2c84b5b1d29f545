package io.sojourn.console;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.web.Console;
import io.sojourn.console.web.ConsoleRequest;
import io.sojourn.console.web.ConsoleResponse;
import io.sojourn.console.web.ConsoleSettings;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The console: a page on which operators see sessions, look at one, end them if that is allowed, and read what the doctor has found. Map
 * it to a path that ends in {@code /*}:
 *
 * <pre>{@code
 * ConsoleServlet console = ConsoleServlet.builder(admin, request -> operatorOf(request)).build();
 * context.addServlet("console", console).addMapping("/console/*");
 * }</pre>
 *
 * <p><b>Who may see it.</b> The function gives the name of the operator who sends a request, from the application's own sign-in. If
 * it gives null or an empty name, or throws, the answer is 403, for the page's files too; if it throws {@link
 * io.sojourn.StoreUnavailableException}, 503. There is no default: an application that has no sign-in for operators must not mount the
 * console.
 *
 * <p><b>What it may do.</b> Nothing but look, unless {@link Builder#allowEnding} is set; the doctor changes no session, writes one key of
 * its own and removes it. Values of attributes are hidden unless both {@link Builder#showValues} and {@link
 * SessionAdmin.Builder#showValues} are set. No token, secret or verifier is ever shown.
 *
 * <p><b>Against other sites.</b> A request is answered only if its {@code Host} is {@code localhost}, {@code 127.0.0.1}, {@code [::1]}
 * or a name given by {@link Builder#host}, so that a name which an attacker points to this server (DNS rebinding) opens nothing. All
 * that asks the store is a {@code POST} with JSON, a header that no form can send, and an {@code Origin} or {@code
 * Sec-Fetch-Site} of the page itself; no token or session is needed for that. The page may not be framed, and its policy (CSP) allows no
 * script, style or request but its own.
 *
 * <p>What operators do is written to the logger {@value io.sojourn.observe.AuditObserver#LOGGER} with their names, and told to {@link
 * Builder#listener}. Thread-safe; a request blocks while the store is asked.
 */
public final class ConsoleServlet implements Servlet {

    private final Console console;
    private final Function<HttpServletRequest, @Nullable String> actor;
    private volatile @Nullable ServletConfig config;

    private ConsoleServlet(Builder from) {
        console = new Console(
                new ConsoleSettings(from.admin, from.hosts, from.allowEnding, from.showValues, from.listener));
        actor = from.actor;
    }

    /**
     * Begins with all defaults: read-only, no values, on loopback names alone.
     *
     * @param admin what is shown; its settings, such as the application's codec, apply
     * @param actor gives the name of the operator who sends a request; null or empty for one who may not see the console
     */
    public static Builder builder(SessionAdmin admin, Function<HttpServletRequest, @Nullable String> actor) {
        return new Builder(admin, actor);
    }

    @Override
    public void init(ServletConfig given) {
        config = given;
    }

    @Override
    public @Nullable ServletConfig getServletConfig() {
        return config;
    }

    @Override
    public String getServletInfo() {
        return "Sojourn console";
    }

    @Override
    public void service(ServletRequest from, ServletResponse to) throws IOException {
        HttpServletRequest request = (HttpServletRequest) from;
        HttpServletResponse response = (HttpServletResponse) to;
        String path = request.getPathInfo();
        ConsoleResponse answer = console.answer(new ConsoleRequest(
                request.getMethod(),
                path == null ? "" : path,
                request.getRequestURI(),
                name -> header(request, name),
                request::getInputStream,
                () -> actor.apply(request)));
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.body().length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(answer.body());
        }
    }

    /** A header; in HTTP/2 and 3 a browser names the host in {@code :authority}, which containers do not hand over as a header. */
    private static @Nullable String header(HttpServletRequest request, String name) {
        String value = request.getHeader(name);
        if (value == null && name.equals("Host") && request.getProtocol().matches("HTTP/[23].*")) {
            return request.getServerName() + ":" + request.getServerPort();
        }
        return value;
    }

    @Override
    public void destroy() {}

    /** Collects the settings of a console; not thread-safe. */
    public static final class Builder {

        private final SessionAdmin admin;
        private final Function<HttpServletRequest, @Nullable String> actor;
        private final Set<String> hosts = new LinkedHashSet<>();
        private boolean allowEnding;
        private boolean showValues;
        private Consumer<ConsoleAction> listener = action -> {};

        private Builder(SessionAdmin admin, Function<HttpServletRequest, @Nullable String> actor) {
            this.admin = admin;
            this.actor = actor;
        }

        /** Whether operators may end sessions. Default false: the server refuses it. */
        public Builder allowEnding(boolean allow) {
            allowEnding = allow;
            return this;
        }

        /**
         * Whether operators may see the values of attributes. They may be private, so the default is false. It has an effect only if the
         * admin shows values, too.
         */
        public Builder showValues(boolean allow) {
            showValues = allow;
            return this;
        }

        /**
         * A name under which the console is reached, such as {@code admin.example.com}; with a port only under this port (a
         * browser leaves out 443 and 80, so these hold without a port as well). A proxy in
         * front must pass on the {@code Host} that the browser sent. May be called several times. Default: loopback names alone,
         * which are always accepted.
         *
         * @throws IllegalArgumentException if it is no host name or address, with or without a port
         */
        public Builder host(String name) {
            hosts.add(ConsoleSettings.requireHost(name));
            return this;
        }

        /**
         * Is told what operators do, after it was done, in the thread of the request. If it throws, that is logged, and nothing is undone.
         * Default: none; the line in the log is written in any case.
         */
        public Builder listener(Consumer<ConsoleAction> told) {
            listener = told;
            return this;
        }

        /** A console; asks nothing of the server yet. */
        public ConsoleServlet build() {
            return new ConsoleServlet(this);
        }
    }
}
