package io.sojourn.cli;

import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.Printable;
import io.sojourn.spi.text.TextSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
        int status = run(out, err, arguments);
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

    private static PrintWriter writer(OutputStream to) {
        return new PrintWriter(to, false, StandardCharsets.UTF_8);
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
                .setParameterExceptionHandler((failure, all) -> misused(failure));
        return line.execute(arguments);
    }

    private static int misused(ParameterException failure) {
        String near = failure instanceof UnmatchedArgumentException unmatched ? advice(unmatched) : "";
        return say(failure.getCommandLine(), failure.getMessage() + near, USAGE);
    }

    private static String advice(UnmatchedArgumentException unmatched) {
        CommandLine command = unmatched.getCommandLine();
        boolean isOption = unmatched.isUnknownOption();
        Set<String> known = isOption
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        Optional<String> near =
                TextSettings.nearest(unmatched.getUnmatched().get(0).replaceFirst("=.*", ""), known);
        if (near.isPresent()) {
            return "; did you mean " + near.get();
        }
        return isOption && command.getParent() == null
                ? "; options go behind the command, as in sojourn count --json"
                : "";
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
        command.getErr().println("sojourn: " + line + (line.endsWith(".") ? "" : "."));
        return status;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
