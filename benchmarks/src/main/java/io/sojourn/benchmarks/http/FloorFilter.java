package io.sojourn.benchmarks.http;

import io.lettuce.core.GetExArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.sojourn.benchmarks.peer.LettucePeer;
import io.sojourn.benchmarks.peer.Samples;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.reflect.Proxy;

/**
 * The least that a filter can do: it sends the floor's commands for the bytes of a session, and makes nothing of them. The
 * application gets an {@code HttpSession} that holds one fixed value.
 */
@SuppressWarnings("deprecation") // SETEX, as everywhere here.
final class FloorFilter extends HttpFilter {

    private static final long serialVersionUID = 1;
    private static final long TTL_SECONDS = 1_800;
    private static final String COOKIE = "FLOOR";
    private static final GetExArgs EXTEND = GetExArgs.Builder.ex(TTL_SECONDS);

    private static final HttpSession SESSION = (HttpSession) Proxy.newProxyInstance(
            FloorFilter.class.getClassLoader(),
            new Class<?>[] {HttpSession.class},
            (proxy, method, arguments) -> method.getName().equals("getAttribute") ? Samples.page(0) : null);

    private final transient RedisCommands<String, byte[]> redis;
    private final byte[] bytes = LettucePeer.bytesOfTen();

    FloorFilter(String uri) {
        redis = RedisClient.create(uri)
                .connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
                .sync();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        switch (request.getRequestURI()) {
            case "/app/create" -> {
                redis.setex("plain:floor", TTL_SECONDS, bytes);
                response.addCookie(new Cookie(COOKIE, "plain:floor"));
                chain.doFilter(new Request(request), response);
            }
            case "/app/read" -> {
                require(redis.get(key(request)));
                chain.doFilter(new Request(request), response);
            }
            case "/app/write" -> {
                byte[] stored = require(redis.getex(key(request), EXTEND));
                redis.setex(key(request), TTL_SECONDS, stored); // Before the response leaves.
                chain.doFilter(new Request(request), response);
            }
            default -> chain.doFilter(request, response);
        }
    }

    private static String key(HttpServletRequest request) {
        for (Cookie cookie : request.getCookies()) {
            if (cookie.getName().equals(COOKIE)) {
                return cookie.getValue();
            }
        }
        throw new IllegalStateException("no cookie");
    }

    private static byte[] require(byte[] stored) {
        if (stored == null) {
            throw new IllegalStateException("the session is gone");
        }
        return stored;
    }

    private static final class Request extends HttpServletRequestWrapper {

        Request(HttpServletRequest request) {
            super(request);
        }

        @Override
        public HttpSession getSession() {
            return SESSION;
        }

        @Override
        public HttpSession getSession(boolean create) {
            return SESSION;
        }
    }
}
