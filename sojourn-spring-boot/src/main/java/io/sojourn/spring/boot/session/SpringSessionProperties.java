package io.sojourn.spring.boot.session;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code sojourn.spring-session.*}: the move from Spring Session. */
@ConfigurationProperties("sojourn.spring-session")
public class SpringSessionProperties {

    /** What happens to the sessions that Spring Session has stored. */
    public enum Mode {
        /** They are not looked at. */
        OFF,
        /**
         * Spring Session goes on with them, and with new ones, beside servers that know nothing of Sojourn; sessions that have
         * moved are left to Sojourn.
         */
        KEEP,
        /** They become sessions of Sojourn at their next use. */
        MOVE
    }

    /** What happens to the sessions that Spring Session has stored: off, keep or move. */
    private Mode mode = Mode.OFF;

    /** Namespace of Spring Session. Default: spring.session.data.redis.namespace, else spring:session. */
    private @Nullable String namespace;

    public Mode getMode() {
        return mode;
    }

    public void setMode(Mode mode) {
        this.mode = mode;
    }

    public @Nullable String getNamespace() {
        return namespace;
    }

    public void setNamespace(@Nullable String namespace) {
        this.namespace = namespace;
    }
}
