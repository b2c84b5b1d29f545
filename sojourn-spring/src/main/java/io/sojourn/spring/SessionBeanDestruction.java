package io.sojourn.spring;

import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * The destruction callback of a session-scoped bean, as read from the store. Spring's own callback holds a copy of the bean
 * as it was when it was made. This one destroys the bean that is in the session when the session ends, on any node.
 */
final class SessionBeanDestruction implements HttpSessionBindingListener {

    /** What Spring's {@code ServletRequestAttributes} puts in front of the name of the bean's own attribute. */
    static final String ATTRIBUTE_PREFIX =
            "org.springframework.web.context.request.ServletRequestAttributes.DESTRUCTION_CALLBACK.";

    private static final String SCOPED_TARGET = "scopedTarget.";

    private final String beanAttribute;
    private final @Nullable ConfigurableBeanFactory beans;

    SessionBeanDestruction(String beanAttribute, @Nullable ConfigurableBeanFactory beans) {
        this.beanAttribute = beanAttribute;
        this.beans = beans;
    }

    @Override
    public void valueUnbound(HttpSessionBindingEvent event) {
        Object bean = event.getSession().getAttribute(beanAttribute);
        if (bean != null && beans != null && beans.containsBean(beanAttribute)) {
            beans.destroyBean(beanAttribute, bean);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionBeanDestruction that && beanAttribute.equals(that.beanAttribute);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(beanAttribute);
    }

    @Override
    public String toString() {
        return "SessionBeanDestruction["
                + (beanAttribute.startsWith(SCOPED_TARGET)
                        ? beanAttribute.substring(SCOPED_TARGET.length())
                        : beanAttribute)
                + "]";
    }
}
