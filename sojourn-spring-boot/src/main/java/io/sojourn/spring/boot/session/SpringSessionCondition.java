package io.sojourn.spring.boot.session;

import io.sojourn.spring.boot.session.SpringSessionProperties.Mode;
import java.util.Set;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** What {@code sojourn.spring-session.mode} says. */
abstract class SpringSessionCondition implements Condition {

    private final Set<Mode> modes;

    private SpringSessionCondition(Mode... modes) {
        this.modes = Set.of(modes);
    }

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return modes.contains(Binder.get(context.getEnvironment())
                .bind("sojourn.spring-session.mode", Mode.class)
                .orElse(Mode.OFF));
    }

    /** Sessions of Spring Session are not looked at. */
    static final class Off extends SpringSessionCondition {
        Off() {
            super(Mode.OFF);
        }
    }

    /** Sessions of Spring Session are looked at. */
    static final class On extends SpringSessionCondition {
        On() {
            super(Mode.KEEP, Mode.MOVE);
        }
    }

    /** Spring Session goes on beside. */
    static final class Keep extends SpringSessionCondition {
        Keep() {
            super(Mode.KEEP);
        }
    }

    /** All sessions are or become those of Sojourn. */
    static final class NotKeep extends SpringSessionCondition {
        NotKeep() {
            super(Mode.OFF, Mode.MOVE);
        }
    }
}
