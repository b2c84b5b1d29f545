package io.sojourn.spring.boot;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.move.SpringSessionStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The store, the codec, the settings and the manager. A bean of the application of the same type takes the place of each.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
            "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration"
        })
@ConditionalOnWebApplication
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(SojournProperties.class)
public class SojournAutoConfiguration {

    private static final String SPRING_SESSION_TIMEOUT = "spring.session.timeout";

    @Bean
    @ConditionalOnMissingBean(SessionStore.class)
    @ConditionalOnProperty(prefix = "sojourn", name = "store", havingValue = "redis", matchIfMissing = true)
    SessionStore sojournStore(
            SojournProperties properties,
            Environment environment,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<RedisStoreCustomizer> customizers) {
        var store = new RedisStores(properties.getRedis(), environment, beans).builder();
        customizers.orderedStream().forEach(customizer -> customizer.customize(store));
        return store.connectInBackground(); // While the application starts.
    }

    @Bean
    @ConditionalOnBean(name = "sojournStore")
    SmartLifecycle sojournStoreConnected(SessionStore sojournStore) {
        return new RedisStores.Connected(sojournStore);
    }

    @Bean
    @ConditionalOnMissingBean(SessionStore.class)
    @ConditionalOnProperty(prefix = "sojourn", name = "store", havingValue = "memory")
    SessionStore sojournMemoryStore() {
        return new MemoryStore();
    }

    @Bean
    @ConditionalOnMissingBean(AttributeCodec.class)
    SpringCodec sojournCodec(
            SojournProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<SpringCodecCustomizer> customizers) {
        SpringCodec.Builder codec =
                SpringCodec.builder().allow(properties.getAllowedTypes()).beans(beans);
        customizers.orderedStream().forEach(customizer -> customizer.customize(codec));
        return codec.build();
    }

    @Bean
    @ConditionalOnMissingBean
    SessionSettings sojournSettings(
            SojournProperties properties,
            Environment environment,
            AttributeCodec codec,
            ObjectProvider<ServletSessionProperties> reactive,
            ObjectProvider<SessionObserver> observers,
            ObjectProvider<SessionSettingsCustomizer> customizers) {
        SojournProperties.Limits limits = properties.getLimits();
        SessionSettings.Builder settings = SessionSettings.builder()
                .codec(codec)
                .idleTimeout(idleTimeout(
                        properties,
                        environment,
                        reactive.getIfAvailable(() -> ServletSessionProperties.of(environment))))
                .absoluteTimeout(properties.getAbsoluteTimeout())
                .touchInterval(properties.getTouchInterval())
                .extendOnRead(properties.isExtendOnRead())
                .renewal(properties.getRenewal())
                .renewalGrace(properties.getRenewalGrace())
                .mergeAcrossSignIn(properties.isMergeAcrossSignIn())
                .whenLimitReached(properties.getWhenLimitReached())
                .endEvents(properties.isEndEvents())
                .endEventsOnEveryNode(properties.isEndEventsOnEveryNode())
                .maxAttributes(limits.getMaxAttributes())
                .maxAttributeBytes((int) limits.getMaxAttributeSize().toBytes())
                .maxSessionBytes((int) limits.getMaxSessionSize().toBytes())
                .inlineLimit((int) limits.getInline().toBytes());
        if (properties.getMaxSessionsPerPrincipal() != null) {
            settings.maxSessionsPerPrincipal(properties.getMaxSessionsPerPrincipal());
        }
        observers.orderedStream().forEach(settings::alsoObserve);
        customizers.orderedStream().forEach(customizer -> customizer.customize(settings));
        return settings.build();
    }

    /** As Spring Session has it: {@code spring.session.timeout} goes before {@code server.servlet.session.timeout}. */
    private static Duration idleTimeout(
            SojournProperties properties, Environment environment, ServletSessionProperties boot) {
        if (properties.getIdleTimeout() != null) {
            return properties.getIdleTimeout();
        }
        String ofSpringSession = environment.getProperty(SPRING_SESSION_TIMEOUT);
        Duration timeout =
                ofSpringSession == null || ofSpringSession.isBlank() ? boot.timeout() : parse(ofSpringSession);
        return timeout.isNegative() ? Duration.ZERO : timeout;
    }

    private static Duration parse(String timeout) {
        try {
            return DurationStyle.detectAndParse(timeout, ChronoUnit.SECONDS);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    SPRING_SESSION_TIMEOUT + " must be a duration such as 30m, or a number of seconds, not " + timeout,
                    e);
        }
    }

    @Bean
    @ConditionalOnMissingBean
    SessionManager sojournSessionManager(
            SessionStore store, SessionSettings settings, ObjectProvider<SpringSessionStore> old) {
        SpringSessionStore moving = old.getIfAvailable();
        return SessionManager.create(moving == null ? store : moving.notingRevocations(store), settings);
    }

    @Bean
    SessionEndLifecycle sojournSessionEnds(SessionManager manager, ListableBeanFactory beans) {
        return new SessionEndLifecycle(manager, beans);
    }
}
