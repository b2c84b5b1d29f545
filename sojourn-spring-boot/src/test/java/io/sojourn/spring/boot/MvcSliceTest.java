package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.sojourn.memory.MemoryStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.app.Cart;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.boot.app.Wishlist;
import io.sojourn.spring.boot.slice.MvcSlice;
import io.sojourn.spring.boot.test.AutoConfigureSojournTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.MockMvc;

/** {@code @WebMvcTest} of an application that has the starter, with and without Sojourn's sessions. */
@EnabledIf(
        value = "io.sojourn.spring.boot.Node#isBoot4",
        disabledReason = "A slice of Spring Boot 3.5 brings Spring Security, without the application's rules")
class MvcSliceTest {

    @Nested
    @MvcSlice
    @ContextConfiguration(classes = TestApplication.class)
    @Import({Cart.class, Wishlist.class})
    class Plain {

        @Test
        void sessionsAreSpringsMocks(@Autowired MockMvc mvc, @Autowired ApplicationContext context) throws Exception {
            assertThat(context.getBeanNamesForType(SojournFilter.class)).isEmpty();
            mvc.perform(get("/public/get").sessionAttr("value", "of the test"))
                    .andExpect(status().isOk())
                    .andExpect(content().string("of the test "));
            mvc.perform(get("/public/events")).andExpect(request().sessionAttribute("value", "events"));
        }
    }

    @Nested
    @MvcSlice
    @ContextConfiguration(classes = TestApplication.class)
    @Import({Cart.class, Wishlist.class})
    @AutoConfigureSojournTest
    class WithSojourn {

        @Test
        void sessionsAreSojournsInMemory(@Autowired MockMvc mvc, @Autowired SessionStore store) throws Exception {
            assertThat(store).isInstanceOf(MemoryStore.class);
            mvc.perform(get("/public/get").sessionAttr("value", "of the test"))
                    .andExpect(status().isOk())
                    .andExpect(content().string("of the test "));
            mvc.perform(get("/public/empty"))
                    .andExpect(result -> assertThat(result.getResponse().getCookie("SESSION"))
                            .isNotNull());
        }
    }
}
