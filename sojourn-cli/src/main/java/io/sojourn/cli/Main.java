package io.sojourn.cli;

import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.Printable;
import io.sojourn.spi.text.TextSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts the command line. */
@Command(
        name = "sojourn",
        description = {
            "Counts, lists, shows and ends sessions in Redis or Valkey, and checks the servers.",
            "",
            "The server is named by --uri or SOJOURN_REDIS_URI, and set up by the same variables of the environment as the"
                    + " application. The password comes from SOJOURN_REDIS_PASSWORD, or is asked for with --ask-password."
        },
        subcommands = {
            DoctorCommand.class,
            CountCommand.class,
            ListCommand.class,
            WhoCommand.class,
            ShowCommand.class,
            EndCommand.class,
            EndAllCommand.class,
            WhyCommand.class,
            WatchCommand.class,
            SizesCommand.class,
            ConsoleCommand.class,
            CompletionCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            " 0:It worked.",
            " 1:There is no such session.",
            " 2:The command was not understood, or must be confirmed.",
            " 3:The store is out of reach, or refused a command.",
            " 4:The session cannot be read.",
            " 5:Something else went wrong.",
            "10:doctor has found something to be warned of.",
            "20:doctor has found something critical."
        })
public final class Main implements Runnable {

    static final int NONE = 1;
    static final int USAGE = 2;
    static final int UNAVAILABLE = 3;
    static final int UNREADABLE = 4;
    static final int FAILED = 5;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** The version that the jar's manifest has. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"sojourn " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /** Runs a command, and ends the process with its exit status. */
    public static void main(String[] arguments) {
        // What the store would log is said in one sentence instead.
        LogManager.getLogManager().reset();
        // Lettuce would start Flight Recorder, which takes a twentieth of the time of a short command.
        System.setProperty("io.lettuce.core.jfr", "false");
        Terminal.StandardOutput output = new Terminal.StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = writer(output);
        PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
        int status = isUndecoded(arguments) ? undecoded(err) : run(out, err, arguments);
        out.flush();
        String failure = output.failure();
        if (failure != null) {
            err.println("sojourn: The output could not be written: " + Printable.line(failure) + ".");
            status = FAILED;
        }
        err.flush();
        // Connections end with the process; to close them in order would take longer than most commands.
        Runtime.getRuntime().halt(status);
    }

    /** In a locale without letters beyond ASCII, Java gives a question mark for each: another principal would be meant. */
    private static boolean isUndecoded(String... arguments) {
        boolean isAscii = System.getProperty("sun.jnu.encoding", "").matches("ANSI_X3\\.4-1968|US-ASCII|646");
        String all = String.join("", arguments);
        return all.contains("\ufffd") || (isAscii && all.contains("?") && hasOtherLetters(arguments.length));
    }

    /** Whether the last arguments of this process have such letters; only Linux tells. */
    private static boolean hasOtherLetters(int count) {
        try {
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
            List<String> words = List.of(line.split("\0", -1)); // Each ends with a zero.
            int end = words.size() - 1;
            return words.subList(Math.max(0, end - count), end).stream()
                    .anyMatch(word -> word.chars().anyMatch(letter -> letter > '~'));
        } catch (IOException e) {
            return false;
        }
    }

    private static int undecoded(PrintWriter err) {
        err.println(
                "sojourn: An argument has letters that cannot be read in the locale of this shell; set LC_ALL=C.UTF-8.");
        return USAGE;
    }

    private static PrintWriter writer(OutputStream to) {
        return new PrintWriter(to, false, StandardCharsets.UTF_8);
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // A user may be called @name, and is not a file of arguments.
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
                .setParameterExceptionHandler((failure, all) -> misused(failure));
        return line.execute(arguments);
    }

    private static int misused(ParameterException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            // One word alone, and without what follows an option's name: it may be a password.
            String word = unexpected(unmatched);
            if (isOption(word)) {
                // A short option may have its value in the same word.
                message = "There is no option \"" + (word.startsWith("--") ? word : word.substring(0, 2)) + "\"";
            } else if (unmatched.getUnmatched().size() > 1) {
                message = "Unexpected argument \"" + word + "\"";
            }
            message += advice(unmatched, word);
        }
        return say(failure.getCommandLine(), message, USAGE);
    }

    private static String unexpected(UnmatchedArgumentException unmatched) {
        List<String> words = unmatched.getUnmatched();
        return words.stream()
                .filter(Main::isOption)
                .findFirst()
                .orElse(words.get(0))
                .replaceFirst("(?s)=.*", "");
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.startsWith("-");
    }

    private static String advice(UnmatchedArgumentException unmatched, String word) {
        CommandLine command = unmatched.getCommandLine();
        boolean isOption = isOption(word);
        Set<String> known = isOption
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        Optional<String> near = TextSettings.nearest(word, known);
        if (near.isPresent()) {
            return "; did you mean " + near.get();
        }
        if (isOption && command.getParent() == null) {
            return "; options go behind the command, as in sojourn count --json";
        }
        boolean takesName = !command.getCommandSpec().positionalParameters().isEmpty();
        return isOption && takesName ? "; if it is a name, write -- before it" : "";
    }

    private static int failed(Exception failure, CommandLine command) {
        if (failure instanceof ParameterException misuse) {
            return misused(misuse);
        }
        if (failure instanceof UnreadableSessionException) {
            return say(command, "" + failure.getMessage(), UNREADABLE);
        }
        if (failure instanceof StoreUnavailableException) {
            return say(command, "" + failure.getMessage(), UNAVAILABLE);
        }
        if (failure instanceof IllegalArgumentException) {
            return say(command, "" + failure.getMessage(), USAGE);
        }
        return say(
                command, failure instanceof SojournException ? "" + failure.getMessage() : failure.toString(), FAILED);
    }

    private static int say(CommandLine command, String message, int status) {
        String line = Printable.line(message.strip().replaceAll("\\s*\\R\\s*", " "));
        command.getErr().println("sojourn: " + line + (line.endsWith(".") || line.endsWith("?") ? "" : "."));
        return status;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
