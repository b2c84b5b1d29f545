package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.admin.SignedInPage;
import io.sojourn.admin.SignedInPrincipal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "who",
        description = "Say who is signed in, or list the sessions of one principal.",
        mixinStandardHelpOptions = true)
final class WhoCommand extends AdminCommand {

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The principal whose sessions to list")
    private @Nullable String name;

    @Override
    int run(SessionAdmin admin, Output out) {
        return name == null ? all(admin, out) : one(admin, name, out);
    }

    private int one(SessionAdmin admin, String principal, Output out) {
        List<SessionEntry> found = new ArrayList<>();
        String next = null;
        do {
            SessionListing page = admin.list(SessionFilter.ofPrincipal(principal), next, SessionAdmin.MAX_PAGE);
            found.addAll(page.sessions());
            next = page.next().orElse(null);
        } while (next != null);
        if (store.json) {
            out.json(Map.of("sessions", found.stream().map(SessionFields::json).toList()));
        } else if (found.isEmpty()) {
            out.line(Output.cell(principal) + " is not signed in");
        } else {
            out.table(SessionFields.HEAD, found.stream().map(SessionFields::row).toList());
        }
        return found.isEmpty() ? Main.NONE : 0;
    }

    private int all(SessionAdmin admin, Output out) {
        Map<String, SignedInPrincipal> found = new LinkedHashMap<>();
        String next = null;
        do {
            String place = next;
            SignedInPage page = following(() -> admin.signedIn(place, SessionAdmin.MAX_PAGE));
            page.principals().forEach(one -> found.put(one.principal(), one));
            next = page.next().orElse(null);
        } while (next != null);
        if (store.json) {
            out.json(Map.of(
                    "principals", found.values().stream().map(WhoCommand::json).toList()));
        } else {
            out.table(
                    List.of("PRINCIPAL", "SESSIONS", "USED"),
                    found.values().stream()
                            .map(one -> List.of(
                                    one.principal(),
                                    (one.estimated() ? "about " : "") + one.sessions(),
                                    Output.ago(one.lastAccessedAt())))
                            .toList());
        }
        return 0;
    }

    private static Map<String, Object> json(SignedInPrincipal one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("principal", one.principal());
        json.put("sessions", one.sessions());
        json.put("estimated", one.estimated());
        json.put("lastAccessedAt", one.lastAccessedAt().toString());
        return json;
    }
}
