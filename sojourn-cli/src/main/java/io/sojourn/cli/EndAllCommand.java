package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionFilter;
import io.sojourn.spi.IndexKey;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "end-all",
        description =
                "End all sessions of a principal, or all with one value in an index. A sign-in that began before is"
                        + " refused.",
        mixinStandardHelpOptions = true)
final class EndAllCommand extends AdminCommand {

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The principal")
    private @Nullable String name;

    @Option(
            names = "--index",
            paramLabel = "NAME=VALUE",
            description = "All with this value in a named index, instead of a principal")
    private @Nullable String index;

    @Option(names = "--dry-run", description = "Only say how many sessions would end")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask before more than one session ends")
    private boolean yes;

    @Override
    void check() {
        if ((name == null) == (index == null)) {
            throw misuse("Name either a principal or --index NAME=VALUE");
        }
        SessionFilter unused = filter(name, index);
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        String kind = index == null ? IndexKey.PRINCIPAL : index(index)[0];
        String value = index == null ? String.valueOf(name) : index(index)[1];
        long count = admin.countOf(kind, value);
        if (dryRun) {
            say(out, "Would end ", count, 0);
            return 0;
        }
        if (count > 1 && !yes) {
            confirm(count, value);
        }
        // Even if there is none: a sign-in that is under way is refused.
        long ended = index == null ? admin.endAll(value) : admin.endIndex(kind, value);
        say(out, "Ended ", count, ended);
        return 0;
    }

    private void say(Output out, String verb, long found, long ended) {
        if (store.json) {
            out.json(Map.of("found", found, "ended", ended));
        } else {
            long number = dryRun ? found : ended;
            out.line(verb + number + (number == 1 ? " session" : " sessions"));
        }
    }

    private void confirm(long count, String value) {
        String answer = Terminal.ask("End " + count + " sessions of " + Output.cell(value) + "? [y/N] ");
        if (answer == null) {
            throw misuse("This would end " + count + " sessions; say --yes if that is meant, or look with --dry-run");
        }
        if (!answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw misuse("Nothing was ended");
        }
    }
}
