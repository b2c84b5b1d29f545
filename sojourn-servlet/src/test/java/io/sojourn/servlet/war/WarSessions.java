package io.sojourn.servlet.war;

import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;

/** Found by its annotation alone, where the application's descriptor lets the container look for any. Counts sessions. */
@WebListener
public final class WarSessions implements HttpSessionListener {

    static final String HEARD = "heard";

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        hear(event, "+");
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        hear(event, "-");
    }

    private static void hear(HttpSessionEvent event, String what) {
        ServletContext context = event.getSession().getServletContext();
        Object before = context.getAttribute(HEARD);
        context.setAttribute(HEARD, before == null ? what : before + what);
    }
}
