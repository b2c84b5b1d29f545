package io.sojourn.spring.boot;

import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Warns in the log when the container creates a session of its own, and names the class that asked for it. The container calls
 * this listener while it creates the session, so that class is still on the stack. Each caller is named once.
 */
final class ContainerSessionWarning implements HttpSessionListener {

    /** At most so many callers are named. */
    private static final int MOST = 20;

    /** What the names of classes begin with that pass on the call of another class. */
    private static final List<String> PASS_ON = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "jakarta.",
            "org.apache.catalina.",
            "org.apache.coyote.",
            "org.apache.tomcat.",
            "org.eclipse.jetty.",
            "io.undertow.",
            "io.sojourn.servlet.",
            ContainerSessionWarning.class.getName());

    private static final Log log = LogFactory.getLog(ContainerSessionWarning.class);

    private final int filterOrder;
    private final Set<String> named = ConcurrentHashMap.newKeySet();

    ContainerSessionWarning(int filterOrder) {
        this.filterOrder = filterOrder;
    }

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        if (SojournFilter.session(event.getSession()).isPresent()) {
            return;
        }
        String caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(ContainerSessionWarning::mayBeCaller)
                        .findFirst()
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .orElse("the container itself"));
        if (named.size() < MOST && named.add(caller)) {
            log.warn("The container has made a session of its own, because " + caller + " asked for one in front of"
                    + " Sojourn's filter, or for a request that the filter does not see. Such a session stays on this node"
                    + " and ends with it. Let the caller run behind the filter: if it is a filter, give it an order above "
                    + filterOrder + " (sojourn.filter-order).");
        }
    }

    /** Wrappers of requests pass {@code getSession} on. */
    private static boolean mayBeCaller(StackFrame frame) {
        return !frame.getMethodName().equals("getSession")
                && PASS_ON.stream().noneMatch(frame.getClassName()::startsWith);
    }
}
