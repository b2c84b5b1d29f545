package io.sojourn.spring.boot.console;

import io.sojourn.admin.events.EventPublisher;
import io.sojourn.spring.boot.SojournAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Publishes the events of this node, with {@code sojourn.events.publish=true}. The publisher is an observer of the sessions. */
@AutoConfiguration(before = SojournAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass(EventPublisher.class)
@ConditionalOnProperty(prefix = "sojourn.events", name = "publish", havingValue = "true")
@EnableConfigurationProperties(SojournEventsProperties.class)
public class SojournEventsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    EventPublisher sojournEventPublisher(SojournEventsProperties properties) {
        EventPublisher.Builder publisher = EventPublisher.builder().principals(properties.isPrincipals());
        if (properties.getNode() != null) {
            publisher.node(properties.getNode());
        }
        return publisher.build();
    }
}
