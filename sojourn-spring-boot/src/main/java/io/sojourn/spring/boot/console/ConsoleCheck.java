package io.sojourn.spring.boot.console;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Compares the properties of the console and of published events with the beans that exist. It reads names of properties and not their
 * values, except for switches.
 */
final class ConsoleCheck implements SmartInitializingSingleton {

    /** What kind of application this is. */
    enum Kind {
        SERVLET,
        WEBFLUX,
        NO_WEB
    }

    /** @param level a warning, or an info if the application has chosen so, as in its tests */
    private record Reason(Level level, String text) {}

    private static final Logger LOG = System.getLogger("io.sojourn.console");

    private static final String PATH = "sojourn.console.path";
    private static final String PUBLISH = "sojourn.events.publish";
    private static final List<String> OF_THE_CONSOLE = List.of(
            PATH,
            "sojourn.console.role",
            "sojourn.console.allow-ending",
            "sojourn.console.show-values",
            "sojourn.console.hosts");

    private final ConfigurableApplicationContext context;
    private final Kind kind;

    ConsoleCheck(ConfigurableApplicationContext context, Kind kind) {
        this.context = context;
        this.kind = kind;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> set = OF_THE_CONSOLE.stream().filter(this::isSet).toList();
        if (!set.isEmpty() && !isOff(PATH) && !context.containsBean("sojournConsole")) {
            Reason reason = whyNoConsole();
            LOG.log(reason.level(), set.get(0) + " is set, but there is no console: " + reason.text());
        }
        if (isOn(PUBLISH) && !isOff("sojourn.enabled") && !publishes()) {
            Reason reason = whyNoEvents();
            LOG.log(reason.level(), PUBLISH + " is true, but this application publishes no events: " + reason.text());
        }
    }

    private Reason whyNoConsole() {
        if (isOff("sojourn.enabled")) {
            return new Reason(Level.INFO, "sojourn.enabled is false");
        }
        if (kind == Kind.NO_WEB) {
            return new Reason(Level.INFO, "this is no web application");
        }
        if (kind == Kind.WEBFLUX) {
            return new Reason(
                    Level.WARNING,
                    "it is a servlet, and this is a WebFlux application. Remove the property, and show the console with the"
                            + " command sojourn console");
        }
        if (!context.getEnvironment().getProperty("sojourn.store", "redis").equalsIgnoreCase("redis")) {
            return new Reason(Level.INFO, "it shows sessions in Redis, and sojourn.store is not redis");
        }
        if (!hasClass("io.sojourn.console.ConsoleServlet")) {
            return new Reason(
                    Level.WARNING,
                    "the module sojourn-console is not on the class path. Add the dependency"
                            + " io.sojourn:sojourn-console, or remove the property");
        }
        return isSet(PATH)
                ? new Reason(Level.WARNING, "there are no beans of type SessionStore and SessionSettings")
                : new Reason(Level.WARNING, PATH + " is missing. Set it to a path such as /ops/sessions");
    }

    private boolean publishes() {
        return hasClass("io.sojourn.admin.events.EventPublisher") && kind != Kind.NO_WEB;
    }

    private Reason whyNoEvents() {
        return kind == Kind.NO_WEB
                ? new Reason(Level.INFO, "it is no web application")
                : new Reason(
                        Level.WARNING,
                        "the module sojourn-admin is not on the class path. Add the dependency io.sojourn:sojourn-admin, or"
                                + " remove the property");
    }

    private boolean hasClass(String name) {
        return ClassUtils.isPresent(name, context.getClassLoader());
    }

    private boolean isOn(String property) {
        return "true".equalsIgnoreCase(context.getEnvironment().getProperty(property));
    }

    private boolean isOff(String property) {
        return "false".equalsIgnoreCase(context.getEnvironment().getProperty(property));
    }

    /** In any spelling that Spring Boot takes, also as a list. A placeholder in the value is not resolved. */
    private boolean isSet(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        return sources()
                .anyMatch(source -> source.getConfigurationProperty(name) != null
                        || source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
    }

    private Stream<ConfigurationPropertySource> sources() {
        Iterable<ConfigurationPropertySource> all =
                ConfigurationPropertySources.from(context.getEnvironment().getPropertySources());
        return StreamSupport.stream(all.spliterator(), false);
    }
}
