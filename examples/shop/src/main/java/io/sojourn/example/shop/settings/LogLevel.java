package io.sojourn.example.shop.settings;

import java.util.logging.Level;

/** How much a node logs. */
public enum LogLevel {
    /** What went wrong. */
    ERROR,
    /** Also what looks wrong; the default. */
    WARN,
    /** Also what happens at start and end. */
    INFO,
    /** All that helps to find a fault. No cookie, see {@link ShopLogging}. */
    DEBUG,
    /** Everything but cookies; a lot. */
    TRACE;

    Level level() {
        return switch (this) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINEST;
        };
    }
}
