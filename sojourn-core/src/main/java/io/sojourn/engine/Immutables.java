package io.sojourn.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Which values can never change in place, so that it is not worth encoding them again to look. A wrong yes would lose a
 * change, a wrong no only costs time: so only what is certain is here.
 */
final class Immutables {

    private static final Set<Class<?>> CLASSES = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            Locale.class,
            Currency.class);

    /** Final, with three final texts. Spring Security puts one into each new session, and another one at each sign-in. */
    private static final String CSRF_TOKEN = "org.springframework.security.web.csrf.DefaultCsrfToken";

    private Immutables() {}

    static boolean contains(Object value) {
        Class<?> type = value.getClass();
        return CLASSES.contains(type)
                || type.getPackageName().equals("java.time")
                || type.getName().equals(CSRF_TOKEN);
    }
}
