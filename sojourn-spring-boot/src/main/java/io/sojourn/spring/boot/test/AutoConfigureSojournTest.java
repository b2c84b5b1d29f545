package io.sojourn.spring.boot.test;

import io.sojourn.spring.boot.SojournAutoConfiguration;
import io.sojourn.spring.boot.SojournServletAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.TestPropertySource;

/**
 * Gives a test Sojourn's sessions, kept in memory ({@code sojourn.store=memory}), so that it needs no Redis.
 *
 * <pre>
 * &#64;WebMvcTest(CartController.class)
 * &#64;AutoConfigureSojournTest
 * class CartControllerTest {}
 * </pre>
 *
 * <p>A slice such as {@code @WebMvcTest} has the mock sessions of Spring without it. With it, values go through the codec as in
 * production, so that the test fails where a value cannot be stored.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration({
    SojournAutoConfiguration.class,
    SojournServletAutoConfiguration.class,
    SojournMockAutoConfiguration.class
})
@TestPropertySource(properties = "sojourn.store=memory")
public @interface AutoConfigureSojournTest {}
