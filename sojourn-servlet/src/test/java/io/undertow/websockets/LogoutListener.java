package io.undertow.websockets;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** As the one that Undertow registers where there are WebSockets, which casts each session to a class of Undertow's. */
public final class LogoutListener implements HttpSessionListener {

    public static final List<HttpSession> HEARD = new CopyOnWriteArrayList<>();

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        HEARD.add(event.getSession());
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        HEARD.add(event.getSession());
    }
}
