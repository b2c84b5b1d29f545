package io.sojourn.spring;

import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;
import org.springframework.web.socket.sockjs.support.SockJsHttpRequestHandler;
import org.springframework.web.socket.sockjs.transport.TransportHandlingSockJsService;

/**
 * Ties the WebSockets of signed-in users to their sessions, on every servlet container: those of {@code @EnableWebSocket}, of STOMP,
 * and of SockJS. Each message that a WebSocket receives is a use of the session, which keeps it alive. When
 * the session ends, the WebSocket is closed with status 1008: at once after a logout on the same node, and within the {@code
 * touchInterval}, at most 30 s, after an end elsewhere; see {@link SojournFilter#closeAtEnd}.
 *
 * <p>Spring Boot has it by itself. Elsewhere it is a bean of a static method:
 *
 * <pre>{@code
 * @Bean
 * static SessionWebSockets sessionWebSockets() {
 *     return new SessionWebSockets();
 * }
 * }</pre>
 */
public final class SessionWebSockets implements InstantiationAwareBeanPostProcessor {

    /** Of the WebSocket. */
    private static final String ATTRIBUTE = SessionWebSockets.class.getName();

    private static final HandshakeInterceptor INTERCEPTOR = new Interceptor();

    /** Before the mapping registers its handlers. */
    @Override
    public boolean postProcessAfterInstantiation(Object bean, String beanName) {
        if (bean instanceof SimpleUrlHandlerMapping mapping) {
            Map<String, Object> tied = new LinkedHashMap<>();
            mapping.getUrlMap().forEach((path, handler) -> tied.put(path, tied(handler)));
            mapping.setUrlMap(tied);
        }
        return true;
    }

    private static Object tied(Object handler) {
        if (handler.getClass() == WebSocketHttpRequestHandler.class) {
            WebSocketHttpRequestHandler sockets = (WebSocketHttpRequestHandler) handler;
            WebSocketHttpRequestHandler tied = new WebSocketHttpRequestHandler(
                    new TiedHandler(sockets.getWebSocketHandler()), sockets.getHandshakeHandler());
            tied.setHandshakeInterceptors(withOurs(sockets.getHandshakeInterceptors()));
            return tied;
        }
        if (handler.getClass() == SockJsHttpRequestHandler.class
                && ((SockJsHttpRequestHandler) handler).getSockJsService()
                        instanceof TransportHandlingSockJsService service) {
            service.setHandshakeInterceptors(withOurs(service.getHandshakeInterceptors()));
            return new SockJsHttpRequestHandler(
                    service, new TiedHandler(((SockJsHttpRequestHandler) handler).getWebSocketHandler()));
        }
        return handler;
    }

    private static List<HandshakeInterceptor> withOurs(List<HandshakeInterceptor> interceptors) {
        List<HandshakeInterceptor> all = new ArrayList<>(interceptors);
        if (!all.contains(INTERCEPTOR)) {
            all.add(INTERCEPTOR);
        }
        return all;
    }

    /** Hands the session of a signed-in user on to the WebSocket. */
    private static final class Interceptor implements HandshakeInterceptor {

        @Override
        public boolean beforeHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                Map<String, Object> attributes) {
            if (request instanceof ServletServerHttpRequest servlet && request.getPrincipal() != null) {
                HttpSession session = servlet.getServletRequest().getSession(false);
                if (session != null && SojournFilter.session(session).isPresent()) {
                    attributes.put(ATTRIBUTE, new Tie(session));
                }
            }
            return true;
        }

        @Override
        public void afterHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                @Nullable Exception failure) {}
    }

    /** Between one WebSocket and its session. */
    private static final class Tie {

        private final HttpSession session;
        private volatile Runnable forget = () -> {};

        Tie(HttpSession session) {
            this.session = session;
        }

        static @Nullable Tie of(WebSocketSession socket) {
            return (Tie) socket.getAttributes().get(ATTRIBUTE);
        }

        /** Tells whether the session still lives. */
        boolean isTo(WebSocketSession socket) {
            try {
                forget = SojournFilter.closeAtEnd(session, () -> socket.close(CloseStatus.POLICY_VIOLATION));
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        void noteUse() {
            try {
                Object unused = session.getAttribute(ATTRIBUTE); // A read of any attribute is a use.
            } catch (IllegalStateException e) {
                // It has ended; the WebSocket is about to be closed.
            }
        }
    }

    /** Hears of the beginning, the messages, and the end of each WebSocket. */
    private static final class TiedHandler extends WebSocketHandlerDecorator {

        TiedHandler(WebSocketHandler handler) {
            super(handler);
        }

        @Override
        public void afterConnectionEstablished(WebSocketSession socket) throws Exception {
            Tie tie = Tie.of(socket);
            boolean lives = tie == null || tie.isTo(socket);
            super.afterConnectionEstablished(socket);
            if (!lives) { // It has ended since the handshake.
                socket.close(CloseStatus.POLICY_VIOLATION);
            }
        }

        @Override
        public void handleMessage(WebSocketSession socket, WebSocketMessage<?> message) throws Exception {
            Tie tie = Tie.of(socket);
            if (tie != null) {
                tie.noteUse();
            }
            super.handleMessage(socket, message);
        }

        @Override
        public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) throws Exception {
            Tie tie = Tie.of(socket);
            if (tie != null) {
                tie.forget.run();
            }
            super.afterConnectionClosed(socket, status);
        }
    }
}
