package io.sojourn.redis;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What this module logs, from the moment that this is made, about one server. */
final class LogLines extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("io.sojourn.redis"); // Held, so that it is not forgotten.
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final String about;

    /** Lines that name this server alone: other tests may leave some that are still being connected to. */
    LogLines(int port) {
        about = ":" + port;
        logger.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    /** The lines of that level, without it. */
    List<String> lines(Level level) {
        String prefix = level + " ";
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    @Override
    public void publish(LogRecord line) {
        String text = formatter.formatMessage(line);
        if (text.contains(about)) {
            lines.add(line.getLevel() + " " + text);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
