package io.sojourn.servlet.web;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.EventListener;
import java.util.List;
import java.util.Map;

/**
 * What a container is to serve. It knows the user {@value #USER} with the password {@value #PASSWORD}.
 *
 * @param contextPath where; empty for the root
 * @param setUp registers filters, servlets and listeners
 * @param errorPages the path of the page for a status
 * @param declaredListeners what a descriptor names as listeners, for the container to make
 * @param webSockets the WebSocket endpoints, behind the filters
 * @param formLogin whether the container asks for a login by a form, for pages below {@value #PRIVATE}
 */
record WebApplication(
        String contextPath,
        ServletContainerInitializer setUp,
        Map<Integer, String> errorPages,
        List<Class<? extends EventListener>> declaredListeners,
        List<ServerEndpointConfig> webSockets,
        boolean formLogin) {

    /** Below this path, pages need a login if there is a login form. */
    static final String PRIVATE = "/private/*";

    static final String LOGIN_PAGE = "/login";
    static final String LOGIN_ERROR_PAGE = "/loginError";

    /** Whether requests are served by virtual threads; {@code -Dsojourn.threads=virtual} has it so. */
    static final boolean VIRTUAL_THREADS =
            System.getProperty("sojourn.threads", "platform").equals("virtual");

    static final String USER = "ada";
    static final String PASSWORD = "engine";
}
