package io.sojourn.cli;

import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks the operator, and knows where the output goes. */
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

    /**
     * Whether all that the command writes, errors too, is shown on a terminal that can erase a line. Java tells this of input and output
     * only; Linux also tells it of the error output.
     */
    @SuppressWarnings("SystemConsoleNull") // As above.
    static boolean showsErrors() {
        Console console = System.console();
        return console != null
                && isTerminal(console)
                && !"dumb".equals(System.getenv("TERM"))
                && Files.exists(Path.of("/proc/self/fd")) // Elsewhere it cannot be told where errors go.
                && isTerminal(Path.of("/proc/self/fd/1"))
                && isTerminal(Path.of("/proc/self/fd/2"));
    }

    /** Since JDK 22 there is a console without a terminal, too, and a method that tells the two apart. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static boolean isTerminal(Path opened) {
        try {
            return !Files.isSymbolicLink(opened)
                    || Files.readSymbolicLink(opened).toString().matches("/dev/(pts/.*|tty.*|console)");
        } catch (IOException e) {
            return false;
        }
    }

    /** The standard output. It remembers why something could not be written, which a {@code PrintWriter} does not tell. */
    static final class StandardOutput extends OutputStream {

        private final OutputStream out;
        private @Nullable String failure;

        StandardOutput(OutputStream out) {
            this.out = out;
        }

        /** Why the output lacks something; null if it is whole, or if its reader has ended, as in {@code sojourn list | head}. */
        @Nullable
        String failure() {
            return failure;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                String why = String.valueOf(e.getMessage());
                failure = why.contains("Broken pipe") ? null : why;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
