package io.sojourn.servlet;

import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@link SojournFilter} by itself where the environment variable {@code SOJOURN_REDIS_URI} says where the
 * sessions are: first in the chain, for all requests and all kinds of dispatch. Without the variable it does nothing. It
 * leaves an application alone that registers the filter itself, also if that happens later.
 *
 * <p>The container finds it in the jar; nobody has to name it. To leave it out, name the fragments that a web application
 * wants in the {@code absolute-ordering} of its descriptor.
 */
public final class SojournInitializer implements ServletContainerInitializer {

    /** The name under which the filter is registered: {@value}. */
    public static final String FILTER_NAME = "io.sojourn";

    private final Map<String, String> environment;

    /** For the container. */
    public SojournInitializer() {
        this(System.getenv());
    }

    SojournInitializer(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
        String variable = EnvironmentNames.nameOf(SessionConfig.STORE_URI);
        if (environment.getOrDefault(variable, "").isBlank() || SojournFilter.isRegistered(context, FILTER_NAME)) {
            return;
        }
        FilterRegistration.@Nullable Dynamic filter =
                context.addFilter(FILTER_NAME, SojournFilter.yieldingToOthers(environment));
        if (filter != null) { // Null if there is one of that name, from a parent class loader's copy of this class.
            filter.setAsyncSupported(true);
            filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
        }
    }
}
