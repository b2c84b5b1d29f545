package io.sojourn.spring.move;

import io.sojourn.StoreUnavailableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes that Spring Session has failed because Redis is away. By names, since an application may use another library of Redis
 * beneath Spring Data.
 */
final class SpringSessionOutage {

    /** The repositories, which call Redis; frames of the filter are below those of the application as well. */
    private static final String REPOSITORIES = "org.springframework.session.data.redis.";

    private static final Set<String> ALWAYS = Set.of(
            "org.springframework.dao.DataAccessResourceFailureException", // Also what extends it, of Spring Data Redis.
            "org.springframework.dao.QueryTimeoutException",
            "io.lettuce.core.RedisLoadingException",
            "io.lettuce.core.RedisReadOnlyException");

    /** What Lettuce throws while it is not connected; its subclasses are answers of Redis. */
    private static final String NOT_CONNECTED = "io.lettuce.core.RedisException";

    private static final int MAX_CAUSES = 50;

    private SpringSessionOutage() {}

    /** What to tell of it, or null if the application has failed for another reason. */
    static @Nullable StoreUnavailableException in(Throwable thrown) {
        int depth = 0;
        boolean ofRepository = false;
        for (Throwable cause = thrown; cause != null && depth < MAX_CAUSES; cause = cause.getCause(), depth++) {
            if (cause instanceof StoreUnavailableException known) {
                return known;
            }
            ofRepository |= isThrownBeneathRepository(cause);
            if (ofRepository && isOutage(cause)) {
                return new StoreUnavailableException("Spring Session could not reach Redis", thrown);
            }
        }
        return null;
    }

    private static boolean isThrownBeneathRepository(Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith(REPOSITORIES)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(Throwable thrown) {
        if (thrown.getClass().getName().equals(NOT_CONNECTED)) {
            return true;
        }
        for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            if (ALWAYS.contains(type.getName())) {
                return true;
            }
        }
        return false;
    }
}
