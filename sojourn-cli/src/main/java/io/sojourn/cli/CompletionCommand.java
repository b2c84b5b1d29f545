package io.sojourn.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Write the script with which a shell completes commands and options.",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {

    /** The shells that there is a script for; it is the same one. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell = Shell.bash;

    @Override
    public Integer call() {
        if (shell == Shell.zsh) {
            spec.commandLine().getOut().println("autoload -U +X compinit && compinit");
        }
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("sojourn", spec.root().commandLine()));
        return 0;
    }
}
