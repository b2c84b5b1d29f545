package io.sojourn.spring.boot;

import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** Tomcat, Jetty and Netty are on the class path of the tests; the property {@code test.server} says which one runs. */
final class ChosenServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** In Spring Boot 4 and in 3.5. */
    private static final List<String> NAMES = List.of(
            "org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory",
            "org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory",
            "org.springframework.boot.jetty.servlet.JettyServletWebServerFactory",
            "org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory",
            "org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory",
            "org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory");

    /** With Jetty on the class path as well, Spring Boot 3.5 gives Tomcat no WebSockets by itself. */
    private static final String TOMCAT_SOCKETS =
            "org.springframework.boot.autoconfigure.websocket.servlet.TomcatWebSocketServletWebServerCustomizer";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        String server = context.getEnvironment().getProperty("test.server", "tomcat");
        Class<?> factory = NAMES.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).contains("." + server))
                .filter(type -> ClassUtils.isPresent(type, null))
                .findFirst()
                .<Class<?>>map(type -> ClassUtils.resolveClassName(type, null))
                .orElseThrow();
        BeanDefinitionRegistry beans = (BeanDefinitionRegistry) context.getBeanFactory();
        beans.registerBeanDefinition("chosenServer", new RootBeanDefinition(factory));
        if (server.equals("tomcat") && ClassUtils.isPresent(TOMCAT_SOCKETS, null)) {
            beans.registerBeanDefinition(
                    "websocketServletWebServerCustomizer",
                    new RootBeanDefinition(ClassUtils.resolveClassName(TOMCAT_SOCKETS, null)));
        }
    }
}
