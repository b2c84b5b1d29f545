package io.sojourn.example.javalin;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.DispatcherType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.FilterHolder;

/**
 * A node of a small shop. All that Sojourn needs is the filter in front of Javalin's servlet; {@code sessionAttribute} and
 * its kin then work on the session in Redis.
 *
 * <pre>{@code java … io.sojourn.example.javalin.JavalinNode redis://localhost:6379 8080}</pre>
 */
public final class JavalinNode implements AutoCloseable {

    private final RedisStore store;
    private final Javalin javalin;

    /** Starts a node on 127.0.0.1; port 0 takes a free one. */
    public JavalinNode(String redisUri, int port) {
        store = RedisStore.connect(redisUri);
        FilterHolder filter = new FilterHolder(new SojournFilter(SessionManager.create(store)));
        filter.setAsyncSupported(true);
        javalin = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.modifyServletContextHandler(
                            handler -> handler.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class)));
                    config.routes.post("/login", JavalinNode::login);
                    config.routes.post("/cart", JavalinNode::add);
                    config.routes.get("/cart", context -> context.result(user(context) + " has " + cart(context)));
                    config.routes.post(
                            "/logout", context -> context.req().getSession().invalidate());
                })
                .start("127.0.0.1", port);
    }

    /** {@code signIn} gives the session a new secret: one from before must not open what is open now. */
    private static void login(Context context) {
        String user = Objects.requireNonNull(context.queryParam("user"));
        SojournFilter.signIn(context.req(), user);
        context.sessionAttribute("user", user);
        context.redirect("/cart");
    }

    private static void add(Context context) {
        List<String> cart = new ArrayList<>(cart(context));
        cart.add(context.queryParam("item"));
        context.sessionAttribute("cart", cart);
    }

    private static String user(Context context) {
        String user = context.sessionAttribute("user");
        return user == null ? "nobody" : user;
    }

    private static List<String> cart(Context context) {
        List<String> cart = context.sessionAttribute("cart");
        return cart == null ? List.of() : cart;
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
        store.close();
    }

    /** Takes the URI of Redis and the port to listen on. */
    public static void main(String[] arguments) {
        JavalinNode node = new JavalinNode(arguments[0], Integer.parseInt(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    }
}
