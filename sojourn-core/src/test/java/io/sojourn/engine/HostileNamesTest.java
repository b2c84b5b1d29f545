package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SojournException;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.memory.MemoryStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** Names of attributes that a visitor chose, such as those of a form's fields, forge no line in logs and messages. */
class HostileNamesTest {

    record Note(String text) {}

    private static final String FORGED = "2026-11-29 00:00:00 INFO event=signed-in";
    private static final String HOSTILE = "draft:\r\n" + FORGED + " \u001b[2K\u202e" + "x".repeat(2_000);

    private final MemoryStore store = new MemoryStore();
    private final SessionManager manager = SessionManager.create(store);
    private final Session session = manager.create();

    @Test
    void anUnreadableAttributeIsToldOnceAndInOneLine() {
        SessionManager knowsNote = SessionManager.create(
                store,
                SessionSettings.builder()
                        .codec(JacksonCodec.builder().allow(Note.class).build())
                        .build());
        Session written = knowsNote.create();
        written.set(HOSTILE, new Note("x"));
        knowsNote.save(written);
        List<String> log = listen(() -> {
            for (int i = 0; i < 1_000; i++) {
                Session found = manager.find(written.token()).orElseThrow();
                assertThat(found.<Object>get(HOSTILE)).isNull();
            }
        });
        assertThat(log).hasSize(1);
        assertThat(log.get(0)).contains("\\u000d\\u000a" + FORGED).doesNotContain("\u001b", "\u202e", "x".repeat(200));
        assertThat(log.get(0).lines()).noneMatch(line -> line.startsWith(FORGED));
    }

    @Test
    void refusalsNameTheAttributeInOneLine() {
        assertOneLine(catchThrowable(() -> session.set(HOSTILE, new Object())));
        assertOneLine(catchThrowable(() -> session.set("a" + HOSTILE, "x".repeat(5_000_000))));
        assertOneLine(catchThrowable(() -> session.index(HOSTILE, "v")));
        session.set("b" + HOSTILE, 1);
        assertOneLine(catchThrowable(() -> session.get("b" + HOSTILE, String.class)));
    }

    @Test
    void whatCodecsOfOthersSayBecomesOneLineToo() {
        assertThatThrownBy(() -> {
                    throw new io.sojourn.ValueNotAcceptedException("a", "b", "is\r\n" + FORGED, null);
                })
                .isInstanceOf(SojournException.class)
                .hasMessage("Attribute \"a\" cannot be stored: b is\\u000d\\u000a" + FORGED);
    }

    private static void assertOneLine(Throwable thrown) {
        assertThat(thrown).isNotNull();
        assertThat(thrown.getMessage())
                .contains("\\u000d\\u000a")
                .doesNotContain("\r", "\n", "\u001b", "\u202e", "x".repeat(200));
    }

    private static List<String> listen(Runnable action) {
        List<String> log = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                StringWriter text = new StringWriter().append(new SimpleFormatter().formatMessage(entry) + "\n");
                if (entry.getThrown() != null) {
                    entry.getThrown().printStackTrace(new PrintWriter(text, true));
                }
                log.add(text.toString());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.sojourn");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        return log;
    }
}
