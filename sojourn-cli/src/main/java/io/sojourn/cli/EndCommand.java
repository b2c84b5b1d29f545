package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionFate;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "end",
        description = "End one session. A request that is under way does not bring it back.",
        mixinStandardHelpOptions = true)
final class EndCommand extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "The session's id")
    private String text = "";

    @Option(names = "--dry-run", description = "Only say whether there is such a session")
    private boolean dryRun;

    @Override
    void check() {
        SessionId unused = id(text);
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionId id = id(text);
        boolean there = dryRun ? isThere(admin, id) : admin.end(id);
        if (store.json) {
            out.json(Map.of("ended", there && !dryRun ? 1 : 0, "found", there ? 1 : 0));
        } else {
            out.line(there ? (dryRun ? "Would end " : "Ended ") + id : "There is no session " + id);
        }
        return there ? 0 : Main.NONE;
    }

    private static boolean isThere(SessionAdmin admin, SessionId id) {
        SessionFate.State state = admin.why(id).state();
        return state == SessionFate.State.LIVES || state == SessionFate.State.UNREADABLE;
    }
}
