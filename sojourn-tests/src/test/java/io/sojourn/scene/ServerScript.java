package io.sojourn.scene;

import io.sojourn.testkit.RedisBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A program that starts a server, and can be changed while the server runs: its next start is another one. */
final class ServerScript {

    private final Path file;

    private ServerScript(Path file) {
        this.file = file;
    }

    static ServerScript in(Path folder) {
        return new ServerScript(folder.resolve("server"));
    }

    /** From now on it starts this server, after some commands of the shell. */
    RedisBinary starts(RedisBinary binary, String... before) throws IOException {
        Path next = file.resolveSibling("next");
        Files.writeString(
                next, "#!/bin/sh\n" + String.join("\n", List.of(before)) + "\nexec '" + binary.path() + "' \"$@\"\n");
        if (!next.toFile().setExecutable(true)) {
            throw new IOException(next + " cannot be made executable");
        }
        // A script that a shell still reads is not written to.
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        return RedisBinary.of(file);
    }
}
