package io.sojourn.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Executable files made on the spot. */
final class Programs {

    private Programs() {}

    /** A program that says one line, whatever it is asked. */
    static Path saying(Path file, String line) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, List.of("#!/bin/sh", "echo '" + line + "'"));
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }
}
