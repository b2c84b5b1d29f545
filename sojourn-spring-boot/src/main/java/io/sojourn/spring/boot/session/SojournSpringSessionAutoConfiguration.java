package io.sojourn.spring.boot.session;

import io.sojourn.SessionManager;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import io.sojourn.spring.session.SessionEvents;
import io.sojourn.spring.session.SojournReactiveSessionRepository;
import io.sojourn.spring.session.SojournSessionRepository;
import jakarta.servlet.ServletRequestAttributeListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletListenerRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.SessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.session.web.server.session.SpringSessionWebSessionStore;
import org.springframework.web.server.session.DefaultWebSessionManager;
import org.springframework.web.server.session.WebSessionManager;

/**
 * Spring Session's API over Sojourn's sessions, if {@code spring-session-core} is on the class path. Comes before Spring Boot's own
 * auto-configuration of Spring Session, so that this sets up no repository and no filter of its own.
 */
@AutoConfiguration(
        before = SojournAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.session.autoconfigure.SessionAutoConfiguration",
            "org.springframework.boot.session.data.redis.autoconfigure.SessionDataRedisAutoConfiguration",
            "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration",
            "org.springframework.boot.autoconfigure.session.SessionAutoConfiguration"
        })
@ConditionalOnWebApplication
@ConditionalOnClass(SessionRepository.class)
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
public class SojournSpringSessionAutoConfiguration {

    /** Every observer of this type hears of the sessions. */
    @Bean
    SessionEvents sojournSessionEvents(ApplicationEventPublisher publisher, ObjectProvider<SessionManager> manager) {
        return new SessionEvents(publisher, manager::getObject);
    }

    /** The blocking repository. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @Conditional(SpringSessionCondition.NotKeep.class)
    static class Blocking {

        @Bean
        @ConditionalOnMissingBean(SessionRepository.class)
        SojournSessionRepository sojournSessionRepository(SessionManager manager) {
            return new SojournSessionRepository(manager);
        }

        /** Its filter would take what the repository calls an id from a cookie, and ids are no secret. */
        @Bean
        @Conditional(SpringSessionCondition.Off.class)
        SmartInitializingSingleton sojournIsTheOnlySessionFilter(ObjectProvider<SessionRepositoryFilter<?>> others) {
            return () -> others.stream().findAny().ifPresent(other -> {
                throw new IllegalStateException("Spring Session's SessionRepositoryFilter is set up beside Sojourn's"
                        + " filter. Remove @EnableSpringHttpSession, @EnableRedisHttpSession or the like; or let"
                        + " Spring Session keep the sessions: sojourn.enabled=false.");
            });
        }
    }

    /** Only with Spring Security on the class path. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(name = "org.springframework.security.web.authentication.RememberMeServices")
    @Conditional(SpringSessionCondition.NotKeep.class)
    static class RememberMe {

        @Bean
        ServletListenerRegistrationBean<ServletRequestAttributeListener> sojournRememberedSignIn() {
            return new ServletListenerRegistrationBean<>(new RememberedSignIn());
        }
    }

    /** The reactive repository. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        @ConditionalOnMissingBean(ReactiveSessionRepository.class)
        SojournReactiveSessionRepository sojournReactiveSessionRepository(SessionManager manager) {
            return new SojournReactiveSessionRepository(manager);
        }

        /** Refuses a WebSessionManager of Spring Session that has replaced Sojourn's: WebFlux would store no session with Sojourn. */
        @Bean
        SmartInitializingSingleton sojournIsTheOnlyWebSessionStore(ObjectProvider<WebSessionManager> managers) {
            return () -> managers.stream()
                    .filter(manager -> manager instanceof DefaultWebSessionManager ofSpring
                            && ofSpring.getSessionStore() instanceof SpringSessionWebSessionStore)
                    .findAny()
                    .ifPresent(manager -> {
                        throw new IllegalStateException("Spring Session's WebSessionStore is set up in the place of"
                                + " Sojourn's sessions. Remove @EnableSpringWebSession, @EnableRedisWebSession or the like;"
                                + " or let Spring Session keep the sessions: sojourn.enabled=false.");
                    });
        }
    }
}
