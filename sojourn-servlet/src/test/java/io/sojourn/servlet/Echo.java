package io.sojourn.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers each message by the attribute of that name, which it sets to the message's other half if there is one. */
public final class Echo extends Endpoint {

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        Map<String, Object> properties = config.getUserProperties();
        HttpSession session = (HttpSession) properties.get(HttpSession.class.getName());
        socket.addMessageHandler(new Answers(socket, session));
    }

    private record Answers(Session socket, @Nullable HttpSession session) implements MessageHandler.Whole<String> {
        @Override
        public void onMessage(String message) {
            String[] halves = message.split("=", 2);
            if (session != null && halves.length == 2) {
                session.setAttribute(halves[0], halves[1]);
            }
            Object value = session == null ? "no session" : session.getAttribute(halves[0]);
            var unused = socket.getAsyncRemote().sendText(String.valueOf(value));
        }
    }
}
