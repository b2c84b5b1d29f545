package io.sojourn.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Asks the operator. */
final class Terminal {

    private Terminal() {}

    /** A line that is typed; null without a terminal. */
    @SuppressWarnings("SystemConsoleNull") // Null until JDK 21; after that a console without a terminal reads nothing.
    static @Nullable String ask(String question) {
        Console console = System.console();
        return console == null ? null : console.readLine("%s", question);
    }

    /** A line that is typed and not shown; null without a terminal. */
    @SuppressWarnings("SystemConsoleNull") // As above.
    static @Nullable String askSecretly(String question) {
        Console console = System.console();
        char[] secret = console == null ? null : console.readPassword("%s", question);
        return secret == null ? null : new String(secret);
    }
}
