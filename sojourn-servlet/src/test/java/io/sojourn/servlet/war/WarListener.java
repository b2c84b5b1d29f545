package io.sojourn.servlet.war;

import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.EnumSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** For an application that registers a filter of its own by code, after the initializers have run. */
public final class WarListener implements ServletContextListener {

    private @Nullable RedisStore store;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        store = RedisStore.builder()
                .uri(System.getenv("SOJOURN_REDIS_URI"))
                .prefix("own")
                .connect();
        var filter = event.getServletContext()
                .addFilter(
                        "sojourn",
                        SojournFilter.builder(SessionManager.create(store))
                                .cookie(SessionCookie.builder().name("own").build())
                                .build());
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        Objects.requireNonNull(store).close();
    }
}
