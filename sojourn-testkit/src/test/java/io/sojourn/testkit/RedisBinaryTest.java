package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.testkit.RedisBinary.Flavor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {

    @TempDir
    private Path directory;

    @Test
    void readsFlavorAndVersionFromWhatTheProgramSays() throws IOException {
        Path file = Programs.saying(
                directory.resolve("any-name"), "Valkey server v=8.1.3 sha=00000000:0 malloc=libc bits=64 build=1");
        RedisBinary binary = RedisBinary.of(file);
        assertThat(binary).isEqualTo(new RedisBinary(file, Flavor.VALKEY, "8.1.3"));
        assertThat(binary).hasToString("Valkey 8.1.3 (" + file + ")");
    }

    @Test
    void aProgramThatMissesALibraryIsRefusedWithWhatItSaid() throws IOException {
        Path file =
                Programs.saying(directory.resolve("redis-server"), "error while loading shared libraries: libssl.so.3");
        assertThatThrownBy(() -> RedisBinary.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("libssl.so.3");
    }

    @Test
    void aFileThatDoesNotExistIsRefusedByItsName() {
        assertThatThrownBy(() -> RedisBinary.of(directory.resolve("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }
}
