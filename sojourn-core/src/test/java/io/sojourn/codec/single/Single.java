package io.sojourn.codec.single;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** As Kotlin, Scala and old Java compile what there is one of. */
public interface Single {

    /** {@code sealed class State { object Loading : State() }} with readResolve. */
    abstract class State implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    final class Loading extends State {
        private static final long serialVersionUID = 1L;
        public static final Loading INSTANCE = new Loading();

        private Loading() {}

        private Object readResolve() {
            return INSTANCE;
        }
    }

    /** {@code object Plain : Serializable}, as Kotlin compiles it without readResolve. */
    final class Plain implements Serializable {
        private static final long serialVersionUID = 1L;
        public static final Plain INSTANCE = new Plain();

        private Plain() {}
    }

    /** The typesafe enum of before Java 5, which knows how it is read. */
    final class Level implements Serializable {
        private static final long serialVersionUID = 1L;
        public static final Level LOW = new Level("low");
        public static final Level HIGH = new Level("high");
        private final @Nullable String name;

        private Level() {
            this(null);
        }

        private Level(@Nullable String name) {
            this.name = name;
        }

        private Object readResolve() {
            return "low".equals(name) ? LOW : HIGH;
        }
    }

    /** The same, which does not. */
    final class Size implements Serializable {
        private static final long serialVersionUID = 1L;
        public static final Size SMALL = new Size("s");
        private final @Nullable String name;

        private Size() {
            this(null);
        }

        private Size(@Nullable String name) {
            this.name = name;
        }

        public @Nullable String name() {
            return name;
        }
    }

    /** Not counted: anybody can make another one, and what is in it changes. */
    class Defaults implements Serializable {
        private static final long serialVersionUID = 1L;
        public static final Defaults DEFAULTS = new Defaults();
        public int width = 3;
    }

    record Holder(@Nullable Object first, @Nullable Object second) implements Serializable {
        @SuppressWarnings("serial") // tests put what is Serializable into it
        public Holder {}
    }
}
