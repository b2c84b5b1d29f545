package io.sojourn.example.springboot;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.stereotype.Component;
import org.springframework.web.context.annotation.SessionScope;

/** A bean of the session. The application changes it in place and sets no attribute; the change is saved. */
@Component
@SessionScope(proxyMode = ScopedProxyMode.TARGET_CLASS)
public class Cart implements Serializable {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // An ArrayList, which is serializable.
    private final List<String> items = new ArrayList<>();

    /** Adds an item. */
    public void add(String item) {
        items.add(item);
    }

    /** The items, in the order in which they were added. */
    public List<String> getItems() {
        return List.copyOf(items);
    }
}
