package io.sojourn.spring.boot;

import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** Both Tomcat and Jetty are on the class path of the tests; the property {@code test.server} says which one runs. */
final class ChosenServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final List<String> PACKAGES =
            List.of("org.springframework.boot.%s.servlet.", "org.springframework.boot.web.embedded.%s.");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        String server = context.getEnvironment().getProperty("test.server", "tomcat");
        String name = server.equals("jetty") ? "JettyServletWebServerFactory" : "TomcatServletWebServerFactory";
        Class<?> factory = PACKAGES.stream()
                .map(pattern -> String.format(pattern, server) + name)
                .filter(type -> ClassUtils.isPresent(type, null))
                .findFirst()
                .<Class<?>>map(type -> ClassUtils.resolveClassName(type, null))
                .orElseThrow();
        ((BeanDefinitionRegistry) context.getBeanFactory())
                .registerBeanDefinition("chosenServer", new RootBeanDefinition(factory));
    }
}
