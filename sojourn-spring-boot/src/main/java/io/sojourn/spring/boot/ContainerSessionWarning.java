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
 * Says in the log who makes the container create a session of its own. The container tells of a session while it makes it, so
 * that the caller is still on the stack. Each culprit is named once.
 */
final class ContainerSessionWarning implements HttpSessionListener {

    /** So many culprits are named. */
    private static final int MOST = 20;

    private static final List<String> CONTAINER = List.of(
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
            "io.sojourn.");

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
        String culprit = StackWalker.getInstance()
                .walk(frames -> frames.filter(ContainerSessionWarning::mayBeCulprit)
                        .findFirst()
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .orElse("the container itself"));
        if (named.size() < MOST && named.add(culprit)) {
            log.warn("The container has made a session of its own, because " + culprit + " asked for one in front of"
                    + " Sojourn's filter, or for a request that the filter does not see. Such a session stays on this node"
                    + " and ends with it. Let the caller run behind the filter: if it is a filter, give it an order above "
                    + filterOrder + " (sojourn.filter-order).");
        }
    }

    /** Wrappers of requests pass the question on. */
    private static boolean mayBeCulprit(StackFrame frame) {
        return !frame.getMethodName().equals("getSession")
                && CONTAINER.stream().noneMatch(frame.getClassName()::startsWith);
    }
}
