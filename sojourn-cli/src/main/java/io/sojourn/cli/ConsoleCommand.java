package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.ConsoleAction;
import io.sojourn.log.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "console",
        description = {
            "Show the console in the browser: serve it on this machine alone, and print a link that opens it"
                    + " once, within " + LoopbackServer.LINK_MINUTES + " minutes.",
            "Read-only, unless --allow-ending is given. Values are shown if SOJOURN_ALLOW_VALUES is true. Ctrl-C ends it."
        },
        mixinStandardHelpOptions = true)
final class ConsoleCommand extends AdminCommand {

    /** What the console logs; held, since a logger that is not may be lost with its handler. */
    private static final Logger LOG = Logger.getLogger("io.sojourn.console");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--allow-ending", description = "Let the console end sessions")
    private boolean allowEnding;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port on the loopback address (default: a free one)",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER)
    private int port;

    @Override
    void check() {
        if (port < 0 || port > 65_535) {
            throw misuse("--port must be from 1 to 65535, not " + port);
        }
    }

    /** The browser waits, and not the terminal. */
    @Override
    boolean showsProgress() {
        return false;
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        PrintWriter lines = spec.commandLine().getOut();
        PrintWriter told = store.json ? spec.commandLine().getErr() : lines;
        LOG.addHandler(new ConsoleHandler()); // On the error output; the command line logs nothing else.
        String actor = System.getProperty("user.name", "operator");
        try (LoopbackServer server =
                LoopbackServer.start(port, admin, actor, allowEnding, action -> tell(action, told), System::nanoTime)) {
            if (store.json) {
                out.json(Map.of("link", server.link(), "allowEnding", allowEnding));
            } else {
                out.line(server.link());
                out.line("Opens the console once, in one browser, within " + LoopbackServer.LINK_MINUTES + " minutes. "
                        + (allowEnding ? "It can end sessions." : "It is read-only.") + " Ctrl-C ends it.");
            }
            lines.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (IOException e) {
            throw misuse("The port " + port + " cannot be opened on the loopback address: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static void tell(ConsoleAction action, PrintWriter lines) {
        lines.println(action.at() + " " + action.kind() + " " + action.outcome() + ", ended " + action.ended()
                + ", actor=" + Printable.quoted(action.actor())
                + (action.target().isEmpty() ? "" : " target=" + Printable.quoted(action.target())));
        lines.flush();
    }
}
