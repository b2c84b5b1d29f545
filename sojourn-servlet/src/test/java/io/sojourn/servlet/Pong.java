package io.sojourn.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Answers each message without a look at the HTTP session; with {@code ?bound}, is closed with that, and looks at it. */
public final class Pong extends Endpoint {

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        HttpSession session = (HttpSession) config.getUserProperties().get(HttpSession.class.getName());
        if (session != null && "bound".equals(socket.getQueryString())) {
            Runnable unused = SojournFilter.closeAtEnd(session, socket);
            socket.addMessageHandler(new Answers(socket, session));
        } else {
            socket.addMessageHandler(new Answers(socket, null));
        }
    }

    private record Answers(Session socket, @Nullable HttpSession session) implements MessageHandler.Whole<String> {
        @Override
        public void onMessage(String message) {
            Object user = session == null ? "pong" : session.getAttribute("user");
            try {
                socket.getBasicRemote().sendText(String.valueOf(user));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
