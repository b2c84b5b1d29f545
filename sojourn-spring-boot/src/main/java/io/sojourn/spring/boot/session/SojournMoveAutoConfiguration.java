package io.sojourn.spring.boot.session;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.http.SessionCookie;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import io.sojourn.spring.boot.SojournFilterCustomizer;
import io.sojourn.spring.boot.SojournProperties;
import io.sojourn.spring.boot.SojournServletAutoConfiguration;
import io.sojourn.spring.boot.SpringCodecCustomizer;
import io.sojourn.spring.move.KeepFilter;
import io.sojourn.spring.move.SpringSessionMove;
import io.sojourn.spring.move.SpringSessionStore;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The move from Spring Session, as {@code sojourn.spring-session.mode} says. */
@AutoConfiguration(after = SojournAutoConfiguration.class, before = SojournServletAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(SojournFilter.class)
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
@Conditional(SpringSessionCondition.On.class)
@EnableConfigurationProperties(SpringSessionProperties.class)
public class SojournMoveAutoConfiguration {

    /** By this name Spring Session registers its filter as a bean. */
    private static final String SPRING_SESSION_FILTER = "springSessionRepositoryFilter";

    /** By this name Spring Boot registers that filter with the server. */
    private static final String SPRING_SESSION_REGISTRATION = "sessionRepositoryFilterRegistration";

    /** If Spring Session is among the dependencies, its filter would take the sessions from ours, which comes before it. */
    @Bean
    static BeanPostProcessor sojournSpringSessionFilterRemover() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (name.equals(SPRING_SESSION_REGISTRATION) && bean instanceof RegistrationBean registration) {
                    registration.setEnabled(false);
                }
                return bean;
            }
        };
    }

    /** As the registration by Spring Boot, of a filter that was not registered but is a bean: {@code @EnableRedisHttpSession}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(name = SPRING_SESSION_FILTER)
    static class Filters {

        @Bean
        FilterRegistrationBean<Filter> sojournSpringSessionFilterRegistration(BeanFactory beans) {
            return disabled(beans.getBean(SPRING_SESSION_FILTER, Filter.class));
        }
    }

    private static <T extends Filter> FilterRegistrationBean<T> disabled(T filter) {
        FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
        registration.setEnabled(false);
        return registration;
    }

    /** Opens the sessions that Spring Session has stored. */
    @Configuration(proxyBeanMethods = false)
    static class Move {

        @Bean
        @ConditionalOnMissingBean
        SpringSessionStore sojournSpringSessionStore(
                SessionStore store,
                SessionSettings settings,
                SpringSessionProperties properties,
                SojournProperties sojourn,
                Environment environment) {
            if (!(store instanceof RedisStore redis)) {
                throw new IllegalStateException(
                        "sojourn.spring-session.mode needs sessions in Redis, and the bean of type SessionStore is "
                                + store.getClass().getName() + "; remove that property");
            }
            String namespace = properties.getNamespace();
            return new SpringSessionStore(
                    redis,
                    namespace == null
                            ? SojournProperties.namespace(environment, SpringSessionStore.DEFAULT_NAMESPACE)
                            : namespace,
                    sojourn.getRedis().prefix(environment),
                    settings.clock());
        }

        @Bean
        @ConditionalOnMissingBean
        SpringSessionMove sojournSpringSessionMove(
                SessionManager manager,
                SpringSessionStore store,
                SessionSettings settings,
                SojournProperties properties,
                ObjectProvider<SpringCodecCustomizer> customizers,
                ListableBeanFactory beans) {
            return new SpringSessionMove(
                    manager, store, codec(settings, properties, customizers), SpringSessionSerializer.find(beans));
        }

        /** The application may have a codec of its own; then the old sessions are read by one with the same classes allowed. */
        private static SpringCodec codec(
                SessionSettings settings,
                SojournProperties properties,
                ObjectProvider<SpringCodecCustomizer> customizers) {
            if (settings.codec() instanceof SpringCodec codec) {
                return codec;
            }
            SpringCodec.Builder codec = SpringCodec.builder().allow(properties.getAllowedTypes());
            customizers.orderedStream().forEach(customizer -> customizer.customize(codec));
            return codec.build();
        }

        @Bean
        SojournFilterCustomizer sojournSpringSessionCustomizer(SpringSessionMove move) {
            return filter -> filter.migration(move);
        }
    }

    /** Spring Session goes on, and its filter is called by ours. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(SpringSessionCondition.Keep.class)
    static class Keep {

        @Bean
        KeepFilter sojournKeepFilter(
                SojournFilter filter,
                BeanFactory beans,
                SessionManager manager,
                SpringSessionMove move,
                SessionCookie cookie) {
            return new KeepFilter(filter, springSession(beans), manager, move, cookie);
        }

        @Bean
        FilterRegistrationBean<KeepFilter> sojournFilterRegistration(KeepFilter filter, SojournProperties properties) {
            FilterRegistrationBean<KeepFilter> registration = new FilterRegistrationBean<>(filter);
            registration.setName("sojournKeepFilter");
            registration.setOrder(properties.getFilterOrder());
            registration.setAsyncSupported(true);
            registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
            return registration;
        }

        private static Filter springSession(BeanFactory beans) {
            if (!beans.containsBean(SPRING_SESSION_FILTER)) {
                throw new IllegalStateException(
                        "sojourn.spring-session.mode=keep leaves sessions to Spring Session, but there is no bean "
                                + SPRING_SESSION_FILTER
                                + ": keep the dependency on Spring Session, or set the mode to move");
            }
            return beans.getBean(SPRING_SESSION_FILTER, Filter.class);
        }

        @Bean
        FilterRegistrationBean<SojournFilter> sojournFilterOfKeep(SojournFilter filter) {
            return disabled(filter);
        }
    }
}
