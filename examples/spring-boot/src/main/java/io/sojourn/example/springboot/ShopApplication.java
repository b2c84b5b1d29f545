package io.sojourn.example.springboot;

import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * A small shop. Sojourn is two beans: the store, which Spring closes, and the filter, first in the chain.
 *
 * <pre>{@code java … io.sojourn.example.springboot.ShopApplication --shop.redis=redis://localhost:6379}</pre>
 */
@SpringBootApplication
public class ShopApplication {

    /** Starts a node. */
    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }

    @Bean
    RedisStore sessionStore(@Value("${shop.redis}") String uri) {
        return RedisStore.connect(uri);
    }

    @Bean
    FilterRegistrationBean<SojournFilter> sessions(RedisStore store) {
        var filter = new FilterRegistrationBean<>(new SojournFilter(SessionManager.create(store)));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        filter.setAsyncSupported(true);
        filter.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        return filter;
    }
}
