package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.container.ContainerCookie;
import io.sojourn.servlet.container.ContextCookie;
import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionCookieConfig;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of the two names in a container that does not let its own cookie be renamed. */
class ContainerCookieTest {

    private static ServletContext context(@Nullable String name) {
        SessionCookieConfig config = stub(SessionCookieConfig.class, (method) -> switch (method) {
            case "getName" -> name;
            case "getAttributes" -> Map.of();
            case "setName" -> throw new IllegalStateException("too late");
            case "getMaxAge" -> -1;
            case "isSecure", "isHttpOnly" -> false;
            default -> null;
        });
        return stub(ServletContext.class, (method) -> switch (method) {
            case "getSessionCookieConfig" -> config;
            case "getContextPath" -> "";
            default -> null;
        });
    }

    private interface Answers {
        @Nullable
        Object to(String method);
    }

    private static <T> T stub(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName())));
    }

    private static ContainerCookie.Names names(@Nullable String configured) {
        ServletContext context = context(configured);
        return ContainerCookie.separate(context, name -> ContextCookie.of(context, name, cookie -> {}));
    }

    @Test
    void ourCookieGetsAnotherDefaultIfTheContainersCannotBeRenamed() {
        for (String unnamed : new String[] {null, "", "JSESSIONID"}) {
            assertThat(names(unnamed).ours().name()).isEqualTo("SESSION");
            assertThat(names(unnamed).ours().hostPrefix()).isTrue();
            assertThat(names(unnamed).isShared()).isFalse();
        }
    }

    @Test
    void aNameThatTheApplicationHasSetStaysAndItIsKnownThatItIsShared() {
        assertThat(names("shop").ours().name()).isEqualTo("shop");
        assertThat(names("shop").isShared()).isTrue();
    }

    @Test
    void anotherNameIsNoneOfTheContainers() {
        ServletContext context = context(null);
        SessionCookie id = SessionCookie.builder().name("id").build();
        assertThat(ContainerCookie.separate(context, name -> id)).isEqualTo(new ContainerCookie.Names(id, false));
    }
}
