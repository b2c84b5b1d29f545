package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetFileTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("keys.json");
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return KeysetFile.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void onlyTheOwnerMayReadIt() throws Exception {
        new KeysetFile(file()).create();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        new KeysetFile(file()).add();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aFileThatIsThereIsLeftAsItIs() throws Exception {
        new KeysetFile(file()).create();
        String before = Files.readString(file());
        assertThatIllegalArgumentException().isThrownBy(() -> new KeysetFile(file()).create());
        assertThat(Files.readString(file())).isEqualTo(before);
    }

    @Test
    void theCommandLineRotates() {
        assertThat(run("create", file().toString())).isZero();
        String first = said().replaceAll("\\D", "");
        assertThat(run("add", file().toString())).isZero();
        String second = said().replaceAll("\\D", "");
        assertThat(SessionKeys.file(file()).toString()).contains(first + " (primary)");
        assertThat(run("promote", file().toString(), second)).isZero();
        assertThat(SessionKeys.file(file()).toString()).contains(second + " (primary)", first);
        assertThat(run("remove", file().toString(), first)).isZero();
        assertThat(SessionKeys.file(file())).hasToString("keys " + second + " (primary)");
        assertThat(run("list", file().toString())).isZero();
        assertThat(said().strip()).isEqualTo(second + "  ENABLED  primary");
    }

    @Test
    void thePrimaryKeyAndUnknownOnesAreNotRemoved() {
        int only = new KeysetFile(file()).create();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeysetFile(file()).remove(only))
                .withMessageContaining("Promote");
        assertThatIllegalArgumentException().isThrownBy(() -> new KeysetFile(file()).remove(only + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeysetFile(file()).promote(only + 1));
    }

    @Test
    void badCommandsSayWhatThereIs() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("create FILE", "promote FILE ID");
        assertThat(run("destroy", file().toString())).isEqualTo(2);
        assertThat(run("promote", file().toString(), "first")).isEqualTo(2);
        assertThat(run("list", file().toString())).isEqualTo(2);
        assertThat(said()).isEmpty();
    }
}
