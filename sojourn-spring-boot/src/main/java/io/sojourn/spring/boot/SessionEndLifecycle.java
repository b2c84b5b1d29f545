package io.sojourn.spring.boot;

import io.sojourn.SessionManager;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEndListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Tells all beans of type {@link SessionEndListener} when sessions end, if {@code sojourn.end-events} is on. It begins when the
 * application context has started, because before that not all listeners of the application are there to hear of an end, and an end is
 * told once. It stops first when the context is closed, so that what this node has claimed is told by another one.
 */
final class SessionEndLifecycle implements SmartLifecycle {

    /** The names of this library's own beans begin with it. */
    private static final String OWN = "sojourn";

    /** The bean that tells the listeners of servlets. */
    private static final String OF_FILTER = "sojournFilterEndListener";

    private static final Log log = LogFactory.getLog(SessionEndLifecycle.class);

    private final SessionManager manager;
    private final ListableBeanFactory beans;
    private volatile boolean running;
    private volatile List<EndWatch> watches = List.of();

    SessionEndLifecycle(SessionManager manager, ListableBeanFactory beans) {
        this.manager = manager;
        this.beans = beans;
    }

    @Override
    public void start() {
        running = true;
        if (manager.settings().endEvents()) {
            SessionEndListener everywhere = manager.settings().endEventsOnEveryNode() && beans.containsBean(OF_FILTER)
                    ? beans.getBean(OF_FILTER, SessionEndListener.class)
                    : null;
            List<SessionEndListener> own = beans.getBeanProvider(SessionEndListener.class)
                    .orderedStream()
                    .filter(listener -> listener != everywhere)
                    .toList();
            List<EndWatch> all = new ArrayList<>();
            if (everywhere == null || !own.isEmpty()) { // Else this node leaves ends to nodes that have such beans.
                all.add(manager.listenToEnds(SessionEndListener.all(own)));
            }
            if (everywhere != null) {
                all.add(manager.listenToEndsOnEveryNode(everywhere));
            }
            watches = List.copyOf(all);
            return;
        }
        Arrays.stream(beans.getBeanNamesForType(SessionEndListener.class))
                .filter(name -> !name.startsWith(OWN))
                .findFirst()
                .ifPresent(name -> log.warn("The bean '" + name + "' is a SessionEndListener, but is told of nothing:"
                        + " set sojourn.end-events=true, on every node that uses these sessions"));
    }

    @Override
    public void stop() {
        running = false;
        List<EndWatch> last = watches;
        watches = List.of();
        last.forEach(EndWatch::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
