package io.sojourn.example.shop.settings;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends everything that is logged, whichever library logs it, to the standard error, a line each. */
public final class ShopLogging extends Handler {

    // Below WARN these print requests as they came, the cookie with the session's secret included: Http11Processor one
    // that is malformed even at INFO. An application that turns Tomcat's logging up has to except them likewise.
    private static final List<Logger> NEVER_BELOW_WARN = List.of(
            Logger.getLogger("org.apache.coyote"),
            Logger.getLogger("org.apache.catalina.connector"),
            Logger.getLogger("org.apache.tomcat.util.http"));

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Formatter messages = new SimpleFormatter();

    private ShopLogging() {}

    /** From now on, in this process, logs what is of this level or above. */
    public static void start(LogLevel level) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(new ShopLogging());
        root.setLevel(level.level());
        if (level.level().intValue() < Level.WARNING.intValue()) {
            NEVER_BELOW_WARN.forEach(logger -> logger.setLevel(Level.WARNING));
        }
    }

    @Override
    public void publish(LogRecord entry) {
        StringWriter line = new StringWriter();
        line.append(TIME.format(LocalTime.ofInstant(entry.getInstant(), ZoneId.systemDefault())));
        line.append(' ').append(name(entry.getLevel()));
        line.append(' ').append(String.valueOf(entry.getLoggerName()));
        line.append(": ").append(messages.formatMessage(entry));
        if (entry.getThrown() != null) {
            line.append(System.lineSeparator());
            entry.getThrown().printStackTrace(new PrintWriter(line, true));
        }
        System.err.println(line.toString().stripTrailing());
    }

    private static String name(Level level) {
        for (LogLevel candidate : LogLevel.values()) {
            if (level.intValue() >= candidate.level().intValue()) {
                return candidate.name();
            }
        }
        return LogLevel.TRACE.name();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
