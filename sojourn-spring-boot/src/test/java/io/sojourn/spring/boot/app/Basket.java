package io.sojourn.spring.boot.app;

import jakarta.annotation.PreDestroy;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;
import org.springframework.web.context.WebApplicationContext;

/** A bean of the session without a proxy: its attribute has the name of the bean. */
@Component
@Scope(WebApplicationContext.SCOPE_SESSION)
public class Basket implements Serializable {

    private static final long serialVersionUID = 1;

    /** What was in baskets when they were destroyed, on all nodes of this JVM. */
    public static final List<String> DESTROYED = new CopyOnWriteArrayList<>();

    private @Nullable String fruit;

    void put(String newFruit) {
        fruit = newFruit;
    }

    @PreDestroy
    void destroyed() {
        DESTROYED.add("" + fruit);
    }
}
