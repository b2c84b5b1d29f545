package io.sojourn.servlet.web;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;

/** Hands the session of the handshake to the endpoint, as most applications do that have one. */
public final class HandshakeSession extends ServerEndpointConfig.Configurator {

    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        if (request.getHttpSession() instanceof HttpSession session) {
            config.getUserProperties().put(HttpSession.class.getName(), session);
        }
    }
}
