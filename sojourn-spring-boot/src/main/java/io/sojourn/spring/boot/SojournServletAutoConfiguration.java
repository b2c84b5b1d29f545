package io.sojourn.spring.boot;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionManager;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.servlet.TokenTransport;
import io.sojourn.spring.RefusedSignIn;
import io.sojourn.spring.SecuritySignIn;
import io.sojourn.spring.SessionWebSockets;
import io.sojourn.spring.SojournOidcSessionRegistry;
import io.sojourn.spring.SojournSessionRegistry;
import io.sojourn.spring.move.KeepFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionTrackingMode;
import jakarta.servlet.http.HttpSessionListener;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletListenerRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;
import org.springframework.web.context.WebApplicationContext;

/** The filter in its place, with the cookie of Spring Boot's properties, and sign-in through Spring Security. */
@AutoConfiguration(after = SojournAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(SojournFilter.class)
@ConditionalOnProperty(prefix = "sojourn", name = "enabled", matchIfMissing = true)
public class SojournServletAutoConfiguration {

    private static final Log log = LogFactory.getLog(SojournServletAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    SessionCookie sojournCookie(SojournProperties properties, Environment environment, ApplicationContext application) {
        ServletContext context =
                application instanceof WebApplicationContext ofServlets ? ofServlets.getServletContext() : null;
        return SessionCookies.of(
                ServletSessionProperties.of(environment).cookie(),
                properties.getCookie(),
                context == null ? environment.getProperty("server.servlet.context-path", "") : context.getContextPath(),
                "server.servlet");
    }

    @Bean
    @ConditionalOnMissingBean
    SojournFilter sojournFilter(
            SessionManager manager,
            SessionCookie cookie,
            SojournProperties properties,
            Environment environment,
            ObjectProvider<SojournFilterCustomizer> customizers) {
        ServletSessionProperties boot = ServletSessionProperties.of(environment);
        SojournFilter.Builder filter = SojournFilter.builder(manager)
                .cookie(cookie)
                .storeEmptySessions(properties.isStoreEmptySessions())
                .listenToEnds(false)
                .onOutage(properties.getOnOutage());
        EnumSet<SessionTrackingMode> modes = modes(boot.trackingModes());
        if (!modes.isEmpty()) {
            filter.trackingModes(modes.iterator().next(), modes.toArray(SessionTrackingMode[]::new));
        }
        properties
                .usedTokenHeader()
                .map(properties.isTokenHeaderOnly() ? TokenTransport::header : TokenTransport::headerOrCookie)
                .ifPresent(filter::tokenTransport);
        if (boot.persistent() && !isOfDevtools(environment)) {
            log.info(
                    "server.servlet.session.persistent has no effect: sessions are kept by Sojourn, not by the container.");
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(filter));
        return filter.build();
    }

    /** Devtools switch it on in every application, so that sessions outlive their restarts. */
    private static boolean isOfDevtools(Environment environment) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of("server.servlet.session.persistent");
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.getConfigurationProperty(name) != null) {
                return source.getUnderlyingSource() instanceof PropertySource<?> found
                        && found.getName().equals("devtools");
            }
        }
        return false;
    }

    private static EnumSet<SessionTrackingMode> modes(@Nullable Set<String> names) {
        EnumSet<SessionTrackingMode> modes = EnumSet.noneOf(SessionTrackingMode.class);
        if (names != null) {
            names.forEach(name -> modes.add(SessionTrackingMode.valueOf(name.toUpperCase(Locale.ROOT))));
        }
        return modes;
    }

    @Bean
    @ConditionalOnMissingBean(name = "sojournFilterRegistration")
    FilterRegistrationBean<SojournFilter> sojournFilterRegistration(
            SojournFilter filter, SojournProperties properties) {
        FilterRegistrationBean<SojournFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setName("sojournFilter");
        registration.setOrder(properties.getFilterOrder());
        registration.setAsyncSupported(true);
        registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        return registration;
    }

    /** Session listeners, and values of the session, hear of ends with all other beans that do. */
    @Bean
    SessionEndListener sojournFilterEndListener(SojournFilter filter) {
        return filter::ended;
    }

    @Bean
    ServletListenerRegistrationBean<HttpSessionListener> sojournContainerSessionWarning(SojournProperties properties) {
        return new ServletListenerRegistrationBean<>(new ContainerSessionWarning(properties.getFilterOrder()));
    }

    /** Only with Spring Security on the class path. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.security.core.context.SecurityContext")
    static class SignIn {

        @Bean
        @ConditionalOnMissingBean
        SecuritySignIn sojournSecuritySignIn() {
            return new SecuritySignIn();
        }

        @Bean
        SojournFilterCustomizer sojournSignInCustomizer(SecuritySignIn signIn, SessionManager manager) {
            return filter -> {
                filter.listener(signIn);
                if (manager.settings().whenLimitReached() == LimitPolicy.REFUSE_NEW) {
                    filter.listener(
                            new RefusedSignIn(manager.settings().maxSessionsPerPrincipal())); // Behind the other one.
                }
            };
        }
    }

    /** WebSockets of signed-in users keep their session alive, and are closed with it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.web.servlet.handler.SimpleUrlHandlerMapping",
                "org.springframework.web.socket.server.support.WebSocketHttpRequestHandler"
            })
    static class WebSockets {

        @Bean
        @ConditionalOnMissingBean
        static SessionWebSockets sojournWebSockets() {
            return new SessionWebSockets();
        }
    }

    /** {@code maximumSessions(n)} counts the sessions of all nodes; not while Spring Session keeps the sessions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.security.core.session.SessionRegistry")
    @ConditionalOnMissingBean(KeepFilter.class)
    static class Registry {

        @Bean
        @ConditionalOnMissingBean(SessionRegistry.class)
        SojournSessionRegistry sojournSessionRegistry(SessionManager manager) {
            return new SojournSessionRegistry(manager);
        }

        @Bean
        @ConditionalOnClass(name = "org.springframework.security.web.session.ConcurrentSessionFilter")
        static BeanPostProcessor sojournEndedSessions(
                ObjectProvider<SojournSessionRegistry> registries, ObjectProvider<SessionCookie> cookie) {
            return new EndedSessionFilter.Installer(registries, cookie);
        }
    }

    /** Back-channel logout ends sessions on every node; not while Spring Session keeps the sessions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry")
    @ConditionalOnMissingBean(KeepFilter.class)
    static class OidcRegistry {

        @Bean
        @ConditionalOnMissingBean(OidcSessionRegistry.class)
        SojournOidcSessionRegistry sojournOidcSessionRegistry(SessionManager manager) {
            return new SojournOidcSessionRegistry(manager);
        }
    }
}
