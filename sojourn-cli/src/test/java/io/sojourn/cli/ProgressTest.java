package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The line that says how far a scan is, and rows that are written while it goes on. */
class ProgressTest {

    private final StringWriter terminal = new StringWriter();
    private final PrintWriter writer = new PrintWriter(terminal);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);

    private Progress progress(boolean enabled) {
        return new Progress(writer, nanos::get, enabled);
    }

    private void wait(int millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    private String shown() {
        writer.flush();
        String text = terminal.toString();
        terminal.getBuffer().setLength(0);
        return text;
    }

    @Test
    void theLineAppearsAfterASecondAndIsReplacedFiveTimesASecond() {
        Progress progress = progress(true);
        progress.accept(200);
        wait(999);
        progress.accept(20_000);
        assertThat(shown()).isEmpty();
        wait(1);
        progress.accept(20_200);
        assertThat(shown()).isEqualTo("\rLooked at 20,200 keys and sessions in 1 s ...\u001b[K");
        wait(199);
        progress.accept(24_000);
        assertThat(shown()).isEmpty();
        wait(1_801);
        progress.accept(1_234_567);
        assertThat(shown()).isEqualTo("\rLooked at 1,234,567 keys and sessions in 3 s ...\u001b[K");
    }

    @Test
    void theLineIsRemovedBeforeAnythingIsWritten() {
        Progress progress = progress(true);
        Output out = new Output(writer, progress::clear);
        wait(1_000);
        progress.accept(20_000);
        String line = shown();
        assertThat(line).isNotEmpty();
        out.line("about 7");
        assertThat(shown()).isEqualTo("\r\u001b[Kabout 7\n");
        progress.clear();
        assertThat(shown()).isEmpty();
    }

    @Test
    void nothingIsShownWithoutATerminal() {
        Progress progress = progress(false);
        wait(60_000);
        progress.accept(20_000);
        progress.clear();
        assertThat(shown()).isEmpty();
        assertThat(Terminal.showsErrors()).isFalse();
    }

    @Test
    void rowsThatComeInPartsAreOneTable() {
        Output.Rows<String> rows = new Output(writer)
                .rows(null, List.of("NAME", "LENGTH"), name -> List.of(name, "" + name.length()), name -> Map.of());
        rows.add(List.of());
        assertThat(shown()).isEmpty();
        rows.add(List.of("ada"));
        assertThat(shown()).isEqualTo("NAME  LENGTH\nada   3\n");
        rows.add(List.of("x", "charles"));
        rows.end(Map.of());
        assertThat(shown()).isEqualTo("x        1\ncharles  7\n");
        assertThat(rows.count()).isEqualTo(3);

        new Output(writer).table(List.of("NAME", "LENGTH"), List.of());
        assertThat(shown()).isEqualTo("NAME  LENGTH\n");
    }

    @Test
    void rowsThatComeInPartsAreOneObjectOfJson() {
        Output out = new Output(writer);
        Output.Rows<String> rows =
                out.rows("names", List.of("NAME"), name -> List.of(name), name -> Map.<String, Object>of("name", name));
        rows.add(List.of());
        rows.add(List.of("ada", "\u202e"));
        rows.add(List.of("\""));
        rows.end(Map.of("next", "\u001b"));
        assertThat(shown())
                .isEqualTo(
                        "{\"names\":[{\"name\":\"ada\"},{\"name\":\"\\u202E\"},{\"name\":\"\\\"\"}],\"next\":\"\\u001B\"}\n");

        out.<String>rows("names", List.of("NAME"), name -> List.of(name), name -> Map.of())
                .end(Map.of());
        assertThat(shown()).isEqualTo("{\"names\":[]}\n");
    }

    @Test
    void aFailureOfTheOutputIsRememberedUnlessItsReaderHasEnded() throws IOException {
        for (String why : List.of("Broken pipe", "No space left on device")) {
            Terminal.StandardOutput output = new Terminal.StandardOutput(new OutputStream() {
                @Override
                public void write(int single) throws IOException {
                    throw new IOException(why);
                }
            });
            PrintWriter full = new PrintWriter(output, false, StandardCharsets.UTF_8);
            full.println("about 7");
            assertThat(full.checkError()).isTrue();
            assertThat(output.failure()).isEqualTo(why.equals("Broken pipe") ? null : why);
        }
    }
}
