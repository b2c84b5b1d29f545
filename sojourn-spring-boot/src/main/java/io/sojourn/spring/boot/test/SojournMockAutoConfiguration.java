package io.sojourn.spring.boot.test;

import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spring.boot.SojournProperties;
import io.sojourn.spring.boot.SojournServletAutoConfiguration;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.mock.web.MockHttpServletRequest;

/** With Spring's mocks on the class path: the session of a mock request is the one that the handler sees. */
@AutoConfiguration(after = SojournServletAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(MockHttpServletRequest.class)
@ConditionalOnBean(SojournFilter.class)
public class SojournMockAutoConfiguration {

    @Bean
    FilterRegistrationBean<MockSessionFilter> sojournMockSessionFilter(
            SessionCookie cookie, SojournProperties properties) {
        FilterRegistrationBean<MockSessionFilter> registration =
                new FilterRegistrationBean<>(new MockSessionFilter(cookie));
        registration.setName("sojournMockSessionFilter");
        registration.setOrder(properties.getFilterOrder() + 1);
        registration.setAsyncSupported(true);
        registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        return registration;
    }
}
