package io.sojourn.spring.boot.app;

import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.stereotype.Component;
import org.springframework.web.context.WebApplicationContext;

/** A bean of the session into which Spring injects another bean. */
@Component
@Scope(scopeName = WebApplicationContext.SCOPE_SESSION, proxyMode = ScopedProxyMode.TARGET_CLASS)
public class Wishlist implements Serializable {

    private static final long serialVersionUID = 1;

    private final AtomicInteger wishes = new AtomicInteger();

    @Autowired
    private transient @Nullable UserDetailsService users;

    int add() {
        return wishes.incrementAndGet();
    }

    boolean hasUsers() {
        return users != null;
    }
}
