package io.sojourn.spring.boot.session;

import io.sojourn.spring.boot.session.SpringSessionProperties.Mode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

/**
 * Looks for beans and properties that configure Spring Session, or the connection of Spring Data Redis, and that Sojourn does not read.
 * What an application should replace is a warning. What other code of the application may use is an info. It reads names of
 * properties, and no values.
 */
final class UnusedSettings implements SmartInitializingSingleton {

    private static final Logger LOG = System.getLogger("io.sojourn.spring.boot");

    private static final String OWN_REDIS = "sojourn.redis.uri";
    private static final String FACTORY = "org.springframework.data.redis.connection.RedisConnectionFactory";
    private static final String FACTORY_OF_SPRING_SESSION =
            "org.springframework.session.data.redis.config.annotation.SpringSessionRedisConnectionFactory";

    private static final String SERVLET_COOKIE = "server.servlet.session.cookie";
    private static final String REACTIVE_COOKIE = "server.reactive.session.cookie";

    /** What says where the session of a request is; the other properties of the cookie do not. */
    private static final List<String> NAMED_COOKIE = Stream.concat(
                    Stream.of(SERVLET_COOKIE, REACTIVE_COOKIE)
                            .flatMap(cookie -> Stream.of(cookie + ".name", cookie + ".domain", cookie + ".path")),
                    Stream.of("sojourn.token-header"))
            .toList();

    private static final String OF_COOKIES =
            "Set the name, domain and path of the cookie with " + SERVLET_COOKIE + ".*";
    private static final String OF_HEADERS =
            "For sessions in a header set sojourn.token-header and sojourn.token-header-only, for the cookie ";
    private static final String OF_REPOSITORIES =
            "Set sojourn.* properties, or define a bean of type SessionSettingsCustomizer";

    /** Users are signed out by a cookie with another name, so these beans matter also during a move. */
    private static final Map<String, String> COOKIES = Map.of(
            "org.springframework.session.web.http.CookieSerializer",
            OF_COOKIES,
            "org.springframework.boot.session.autoconfigure.DefaultCookieSerializerCustomizer",
            OF_COOKIES,
            "org.springframework.boot.autoconfigure.session.DefaultCookieSerializerCustomizer",
            OF_COOKIES,
            "org.springframework.session.web.http.HttpSessionIdResolver",
            OF_HEADERS + SERVLET_COOKIE + ".*",
            "org.springframework.web.server.session.WebSessionIdResolver",
            OF_HEADERS + REACTIVE_COOKIE + ".*");

    private static final Map<String, String> REPOSITORIES = Map.of(
            "org.springframework.session.config.SessionRepositoryCustomizer",
            OF_REPOSITORIES,
            "org.springframework.session.config.ReactiveSessionRepositoryCustomizer",
            OF_REPOSITORIES,
            "org.springframework.session.SessionIdGenerator",
            "Sojourn makes the ids of sessions",
            "org.springframework.session.IndexResolver",
            "Call Session.index to enter a session into an index of your own");

    private static final List<String> OF_SPRING_DATA = List.of(
            "io.lettuce.core.resource.ClientResources",
            "org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer",
            "org.springframework.boot.data.redis.autoconfigure.JedisClientConfigurationBuilderCustomizer",
            "org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer",
            "org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer",
            "org.springframework.boot.autoconfigure.data.redis.ClientResourcesBuilderCustomizer",
            "org.springframework.boot.autoconfigure.data.redis.JedisClientConfigurationBuilderCustomizer",
            "org.springframework.boot.autoconfigure.data.redis.LettuceClientConfigurationBuilderCustomizer",
            "org.springframework.boot.autoconfigure.data.redis.LettuceClientOptionsBuilderCustomizer");

    private static final List<String> UNREAD_OF_SPRING_SESSION = List.of(
            "spring.session.data.redis.cleanup-cron",
            "spring.session.data.redis.configure-action",
            "spring.session.data.redis.flush-mode",
            "spring.session.data.redis.repository-type",
            "spring.session.data.redis.save-mode",
            "spring.session.hazelcast",
            "spring.session.jdbc",
            "spring.session.mongodb",
            "spring.session.redis.cleanup-cron",
            "spring.session.redis.configure-action",
            "spring.session.redis.flush-mode",
            "spring.session.redis.repository-type",
            "spring.session.redis.save-mode",
            "spring.session.servlet.filter-dispatcher-types",
            "spring.session.servlet.filter-order",
            "spring.session.store-type");

    private static final List<String> UNREAD_OF_SPRING_DATA = List.of(
            "spring.data.redis.client-type",
            "spring.data.redis.cluster.max-redirects",
            "spring.data.redis.connect-timeout",
            "spring.data.redis.jedis.pool",
            "spring.data.redis.lettuce.cluster.refresh",
            "spring.data.redis.lettuce.pool",
            "spring.data.redis.lettuce.read-from");

    private final ConfigurableApplicationContext context;

    UnusedSettings(ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Mode mode = Binder.get(context.getEnvironment())
                .bind("sojourn.spring-session.mode", Mode.class)
                .orElse(Mode.OFF);
        if (mode == Mode.OFF || NAMED_COOKIE.stream().noneMatch(this::isSet)) {
            COOKIES.forEach(this::warnOfBeans);
        }
        if (mode == Mode.OFF) { // Else the way back to Spring Session is open, which reads them.
            REPOSITORIES.forEach(this::warnOfBeans);
            warnOfProperties();
        }
        Environment environment = context.getEnvironment();
        if (environment.getProperty("sojourn.store", "redis").equalsIgnoreCase("redis")
                && !environment.containsProperty(OWN_REDIS)) {
            tellOfConnection();
            tellOfFactories();
        }
    }

    private void warnOfBeans(String type, String instead) {
        for (String bean : ofTheApplication(type)) {
            LOG.log(
                    Level.WARNING,
                    "The bean " + bean + " has no effect on Sojourn's sessions, because Sojourn does not read a "
                            + ClassUtils.getShortName(type) + ". " + instead + ".");
        }
    }

    private void warnOfProperties() {
        List<String> unread =
                UNREAD_OF_SPRING_SESSION.stream().filter(this::isSet).toList();
        if (!unread.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "These properties of Spring Session have no effect on Sojourn's sessions: "
                            + String.join(", ", unread)
                            + ". Remove them, and set sojourn.* properties where you need them, such as sojourn.filter-order.");
        }
    }

    private void tellOfConnection() {
        String unread = Stream.concat(
                        UNREAD_OF_SPRING_DATA.stream().filter(this::isSet),
                        OF_SPRING_DATA.stream()
                                .flatMap(type -> ofTheApplication(type).stream())
                                .map(bean -> "the bean " + bean))
                .distinct()
                .collect(Collectors.joining(", "));
        if (!unread.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "Sojourn's own connection to Redis does not use " + unread
                            + ". If sessions need such a setting, set sojourn.redis.* properties, or define a bean of type"
                            + " RedisStoreCustomizer.");
        }
    }

    private void tellOfFactories() {
        for (String bean : ofTheApplication(FACTORY)) {
            LOG.log(
                    isOfSpringSession(bean) ? Level.WARNING : Level.INFO,
                    "Sojourn does not use the bean " + bean
                            + " of type RedisConnectionFactory. It connects to the Redis that"
                            + " spring.data.redis.* or a bean of connection details names. If sessions belong into another one,"
                            + " name it in " + OWN_REDIS + ".");
        }
    }

    private boolean isOfSpringSession(String bean) {
        BeanDefinition definition = context.getBeanFactory().getBeanDefinition(bean);
        if (!(definition instanceof AnnotatedBeanDefinition annotated)) {
            return false;
        }
        MethodMetadata method = annotated.getFactoryMethodMetadata();
        return (method == null ? annotated.getMetadata() : method).isAnnotated(FACTORY_OF_SPRING_SESSION);
    }

    /** Names of the beans of that type that the application has defined, and not a library of Spring. */
    private List<String> ofTheApplication(String type) {
        ClassLoader loader = context.getClassLoader();
        if (!ClassUtils.isPresent(type, loader)) {
            return List.of();
        }
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        String[] names = beans.getBeanNamesForType(ClassUtils.resolveClassName(type, loader), true, false);
        return Arrays.stream(names)
                .filter(name -> beans.containsBeanDefinition(name)
                        && isOfTheApplication(definedBy(beans.getBeanDefinition(name))))
                .toList();
    }

    private static boolean isOfTheApplication(@Nullable String definedBy) {
        return definedBy != null && !definedBy.startsWith("org.springframework.");
    }

    /** The class with the method that makes the bean, else the bean's own; null if it is not known, as after processing ahead of time. */
    private static @Nullable String definedBy(BeanDefinition definition) {
        MethodMetadata method =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        return method == null ? definition.getBeanClassName() : method.getDeclaringClassName();
    }

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
