package io.sojourn.example.shop.front;

import io.sojourn.example.shop.front.Comparison.Cost;
import io.sojourn.example.shop.settings.WorkDirectory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;

/**
 * A Tomcat on the loopback address with {@link SpringServlet} behind Spring Session's filter, once for each of its two
 * repositories. They keep their sessions in the shop's own Redis, below prefixes of their own, for two minutes at most.
 */
final class SpringServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SpringServer.class.getName());
    private static final String DEFAULT = "RedisSessionRepository";
    private static final String INDEXED = "RedisIndexedSessionRepository";
    private static final Duration KEPT = Duration.ofMinutes(2);
    private static final Duration REDIS_LIMIT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String KEY_HEADER = "Demo-Key";
    private static final int WARM_UP_ROUNDS = 10;
    private static final int MOST_VISITORS = 1_000;

    private final Tomcat tomcat = new Tomcat();
    private final String key = UUID.randomUUID().toString();
    private final HttpClient client;
    private final CommandTail commands;
    private final Map<String, RedisTemplate<String, Object>> templates = new LinkedHashMap<>();
    /** Spring Session's cookie by the id of the shop's session, for each repository. */
    private final Map<String, Map<String, Cookie>> cookies = new HashMap<>();

    private SpringServer(String redis, WorkDirectory directory, HttpClient client, CommandTail commands) {
        this.client = client;
        this.commands = commands;
        tomcat.setBaseDir(directory.of("spring").path().toString());
        tomcat.getEngine().setName("spring");
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);

        RedisSessionRepository simple = new RedisSessionRepository(template(DEFAULT, redis));
        simple.setDefaultMaxInactiveInterval(KEPT);
        simple.setRedisKeyNamespace(prefix(DEFAULT));
        deploy(DEFAULT, new SessionRepositoryFilter<>(simple), new SpringServlet<>(null));

        // Not told that it is ready to use: it would begin to clean up once a minute.
        RedisIndexedSessionRepository indexed = new RedisIndexedSessionRepository(template(INDEXED, redis));
        indexed.setDefaultMaxInactiveInterval(KEPT);
        indexed.setDefaultSerializer(RedisSerializer.java());
        indexed.setRedisKeyNamespace(prefix(INDEXED));
        deploy(INDEXED, new SessionRepositoryFilter<>(indexed), new SpringServlet<>(indexed));
    }

    /** Starts the server and warms it up: some requests, which are not counted, load its classes. */
    static SpringServer start(String redis, WorkDirectory directory, HttpClient client, CommandTail commands)
            throws LifecycleException, IOException, InterruptedException {
        SpringServer server = new SpringServer(redis, directory, client, commands);
        try {
            server.tomcat.start();
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                for (String repository : server.templates.keySet()) {
                    server.send(repository, "", "", "POST", "/api/visits", "");
                }
            }
        } catch (LifecycleException | IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** As Spring's own configuration makes it, but that it waits for a second only. */
    private RedisTemplate<String, Object> template(String repository, String redis) {
        URI uri = URI.create(redis);
        LettuceConnectionFactory connections = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()),
                LettuceClientConfiguration.builder()
                        .clientName(CommandTail.DEMO + repository)
                        .commandTimeout(REDIS_LIMIT)
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        RedisTemplate<String, Object> template = new RedisTemplate<>();
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.setDefaultSerializer(RedisSerializer.java());
        template.setConnectionFactory(connections);
        template.afterPropertiesSet();
        templates.put(repository, template);
        cookies.put(repository, new LinkedHashMap<>());
        return template;
    }

    private static String prefix(String repository) {
        return CommandTail.DEMO + repository;
    }

    private void deploy(String repository, Filter sessions, Servlet servlet) {
        Context context = tomcat.addContext("/" + repository, null);
        context.addServletContainerInitializer((classes, deployed) -> deploy(deployed, sessions, servlet), null);
    }

    private void deploy(ServletContext context, Filter sessions, Servlet servlet) {
        Filter guard = (request, response, chain) -> {
            if (!key.equals(((HttpServletRequest) request).getHeader(KEY_HEADER))) {
                ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_FORBIDDEN);
                return;
            }
            try {
                chain.doFilter(request, response);
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "Spring Session did not do the same", e);
                ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            }
        };
        EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
        context.addFilter("guard", guard).addMappingForUrlPatterns(requests, false, "/*");
        context.addFilter("sessions", sessions).addMappingForUrlPatterns(requests, true, "/*");
        context.addServlet("shop", servlet).addMapping("/*");
    }

    /**
     * Does a click again with each repository.
     *
     * @throws IllegalStateException if Redis does not answer
     */
    Comparison repeat(Click click, String state) throws IOException, InterruptedException {
        Map<String, Cost> costs = new LinkedHashMap<>();
        for (String repository : templates.keySet()) {
            costs.put(repository, cost(repository, click, state));
        }
        return new Comparison(List.copyOf(costs.values()));
    }

    private Cost cost(String repository, Click click, String state) throws IOException, InterruptedException {
        if (click.hadSession()) {
            send(repository, click.before(), click.before(), "POST", SpringServlet.PREPARE, state);
        }
        long mark = commands.mark();
        double start = Click.nowMillis();
        int status = send(repository, click.before(), click.after(), click.method(), click.path(), click.body());
        double millis = Click.nowMillis() - start;
        return new Cost(repository, status == 200, millis, commands.since(mark, CommandTail.DEMO + repository, start));
    }

    /**
     * Sends a request with Spring Session's cookie of the visitor, and keeps the cookie that is set.
     *
     * @return the status, which is 200 or 501
     */
    private int send(String repository, String before, String after, String method, String path, String body)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/" + repository + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(LIMIT)
                .header(KEY_HEADER, key)
                .method(method, BodyPublishers.ofString(body));
        Map<String, Cookie> ofVisitors = Objects.requireNonNull(cookies.get(repository));
        Cookie cookie = ofVisitors.getOrDefault(before, new Cookie());
        cookie.addTo(request);
        HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
        if (answer.statusCode() != 200 && answer.statusCode() != HttpServletResponse.SC_NOT_IMPLEMENTED) {
            throw new IllegalStateException("Spring Session answered " + answer.statusCode());
        }
        if (ofVisitors.size() > MOST_VISITORS) {
            ofVisitors.clear();
        }
        if (!after.isEmpty()) {
            cookie.take(answer);
            ofVisitors.put(after, cookie);
        }
        return answer.statusCode();
    }

    /** Removes all that it has in Redis. */
    void forget() {
        templates.forEach((repository, template) -> {
            Set<String> keys = template.keys(prefix(repository) + ":*");
            if (!keys.isEmpty()) {
                template.delete(keys);
            }
        });
        cookies.values().forEach(Map::clear);
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            LOG.log(Level.DEBUG, "Spring Session's Tomcat did not stop in order", e);
        }
        templates.values().forEach(template -> {
            if (template.getConnectionFactory() instanceof LettuceConnectionFactory connections) {
                connections.destroy();
            }
        });
    }
}
