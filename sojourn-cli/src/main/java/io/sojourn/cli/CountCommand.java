package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionCount;
import io.sojourn.admin.SessionFilter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "count",
        description = "Say how many sessions there are. Without --all, an estimate if there are many keys.",
        mixinStandardHelpOptions = true)
final class CountCommand extends AdminCommand {

    @Option(names = "--all", description = "Look at all keys, however long that takes")
    private boolean all;

    @Option(names = "--principal", paramLabel = "NAME", description = "Only the sessions of this principal")
    private @Nullable String principal;

    @Option(names = "--index", paramLabel = "NAME=VALUE", description = "Only those with this value in a named index")
    private @Nullable String index;

    @Override
    void check() {
        SessionFilter unused = filter(principal, index);
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionCount count = count(admin);
        if (store.json) {
            out.json(Map.of("sessions", count.sessions(), "estimated", count.estimated()));
        } else {
            out.line((count.estimated() ? "about " : "") + count.sessions());
        }
        return 0;
    }

    private SessionCount count(SessionAdmin admin) {
        if (principal != null) {
            long sessions = admin.countOf(principal);
            return new SessionCount(sessions, false, sessions);
        }
        if (index != null) {
            long sessions = admin.countOf(index(index)[0], index(index)[1]);
            return new SessionCount(sessions, false, sessions);
        }
        return all ? admin.countAll() : admin.count();
    }
}
