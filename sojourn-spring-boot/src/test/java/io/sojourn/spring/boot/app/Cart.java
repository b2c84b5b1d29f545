package io.sojourn.spring.boot.app;

import jakarta.annotation.PreDestroy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.stereotype.Component;
import org.springframework.web.context.WebApplicationContext;

/** A bean of the session, as older applications have many. */
@Component
@Scope(scopeName = WebApplicationContext.SCOPE_SESSION, proxyMode = ScopedProxyMode.TARGET_CLASS)
public class Cart implements Serializable {

    private static final long serialVersionUID = 1;

    /** What carts held when they were destroyed, on all nodes of this JVM. */
    public static final List<List<String>> DESTROYED = new CopyOnWriteArrayList<>();

    @SuppressWarnings("serial") // An ArrayList, which is serializable.
    private final List<String> items = new ArrayList<>();

    /** Changes the bean in place; the application sets no attribute. */
    public void add(String item) {
        items.add(item);
    }

    /** What is in it. */
    public List<String> items() {
        return List.copyOf(items);
    }

    @PreDestroy
    void destroyed() {
        DESTROYED.add(items());
    }
}
