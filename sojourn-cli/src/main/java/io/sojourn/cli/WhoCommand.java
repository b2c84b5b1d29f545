package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.admin.SignedInPage;
import io.sojourn.admin.SignedInPrincipal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    void check() {
        String unused = name == null ? "" : named(name);
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        return name == null ? all(admin, out) : one(admin, name, out);
    }

    private int one(SessionAdmin admin, String principal, Output out) {
        Output.Rows<SessionEntry> rows =
                out.rows(store.json ? "sessions" : null, SessionFields.HEAD, SessionFields::row, SessionFields::json);
        boolean isRead;
        String next = null;
        do {
            SessionListing page = admin.list(SessionFilter.ofPrincipal(principal), next, SessionAdmin.MAX_PAGE);
            isRead = rows.add(page.sessions());
            next = page.next().orElse(null);
        } while (isRead && next != null);
        if (rows.count() == 0 && !store.json) {
            out.line(Output.cell(principal) + " is not signed in");
        } else {
            rows.end(Map.of());
        }
        return rows.count() == 0 ? Main.NONE : 0;
    }

    private int all(SessionAdmin admin, Output out) {
        Output.Rows<SignedInPrincipal> rows = out.rows(
                store.json ? "principals" : null,
                List.of("PRINCIPAL", "SESSIONS", "USED"),
                one -> List.of(
                        one.principal(),
                        (one.estimated() ? "about " : "") + one.sessions(),
                        Output.ago(one.lastAccessedAt())),
                WhoCommand::json);
        Set<String> seen = new HashSet<>(); // A scan may meet one twice.
        boolean isRead;
        String next = null;
        do {
            String place = next;
            SignedInPage page = following(() -> admin.signedIn(place, SessionAdmin.MAX_PAGE));
            isRead = rows.add(page.principals().stream()
                    .filter(one -> seen.add(one.principal()))
                    .toList());
            next = page.next().orElse(null);
        } while (isRead && next != null);
        rows.end(Map.of());
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
