package io.sojourn.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How long a session is to live, as a request changes it; null where it does not. */
record ModelLimits(
        @Nullable Duration idleTimeout,
        @Nullable Instant deadline,
        @Nullable Boolean remembered) {

    static final ModelLimits UNCHANGED = new ModelLimits(null, null, null);

    ModelLimits and(ModelLimits later) {
        return new ModelLimits(
                later.idleTimeout == null ? idleTimeout : later.idleTimeout,
                later.deadline == null ? deadline : later.deadline,
                later.remembered == null ? remembered : later.remembered);
    }

    /** These, but for what is the same in others. */
    ModelLimits without(ModelLimits others) {
        return new ModelLimits(
                Objects.equals(idleTimeout, others.idleTimeout) ? null : idleTimeout,
                Objects.equals(deadline, others.deadline) ? null : deadline,
                Objects.equals(remembered, others.remembered) ? null : remembered);
    }
}
