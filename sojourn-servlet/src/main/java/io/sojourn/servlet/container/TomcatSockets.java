package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;

/** When Tomcat's WebSockets of a signed-in user have received something. There is no public way to learn it. */
public final class TomcatSockets {

    private static final String LISTENER = "org.apache.tomcat.websocket.server.WsHttpSessionBindingListener";
    private static final String CONTAINER = "jakarta.websocket.server.ServerContainer";

    /** Not known, or there is no such WebSocket. */
    static final long UNKNOWN = 0;

    private TomcatSockets() {}

    /**
     * When one of the WebSockets has last received a message.
     *
     * @param attribute what Tomcat keeps in the session for the WebSockets of its user
     * @param none run if all of them are closed, while no other can be opened for this session
     */
    public static long lastRead(ServletContext context, Object attribute, Runnable none) {
        Object container = context.getAttribute(CONTAINER);
        if (container == null || !attribute.getClass().getName().equals(LISTENER)) {
            return UNKNOWN;
        }
        try {
            Object key = field(attribute, "key");
            synchronized (field(container, "authenticatedSessionMapLock")) {
                Map<?, ?> all = (Map<?, ?>) field(container, "httpSessionKeyToWebSocketSession");
                if (!(all.get(key) instanceof Set<?> sockets) || sockets.isEmpty()) {
                    none.run();
                    return UNKNOWN;
                }
                long last = UNKNOWN;
                for (Object socket : sockets) {
                    last = Math.max(last, (long) field(socket, "lastActiveRead"));
                }
                return last;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(TomcatSockets.class.getPackageName())
                    .log(Level.DEBUG, "Whether Tomcat''s WebSockets are used cannot be learned", e);
            return UNKNOWN;
        }
    }

    /** What a field of a container's class holds, however private it is. */
    static Object field(Object of, String name) throws ReflectiveOperationException {
        for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(of);
            } catch (NoSuchFieldException e) {
                // A superclass may have it.
            }
        }
        throw new NoSuchFieldException(of.getClass().getName() + "." + name);
    }
}
