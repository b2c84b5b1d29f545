package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import java.util.EventListener;
import java.util.List;

/** In a container that we know nothing of. */
record UnknownContext(ServletContext context) implements ServerContext {

    @Override
    public List<EventListener> listeners() throws ReflectiveOperationException {
        throw new ClassNotFoundException("Not one of those that are known: " + context.getServerInfo());
    }

    @Override
    public void renameOwnCookie(String name) {
        context.getSessionCookieConfig().setName(name);
    }

    /** The flag alone does not tell a no from silence, but its attribute does. */
    @Override
    public boolean letsScriptsReadTheCookie() {
        return "false".equalsIgnoreCase(context.getSessionCookieConfig().getAttribute("HttpOnly"));
    }
}
