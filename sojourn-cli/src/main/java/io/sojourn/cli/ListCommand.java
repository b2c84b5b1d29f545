package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.spi.text.SettingReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List sessions.", mixinStandardHelpOptions = true)
final class ListCommand extends AdminCommand {

    @Option(names = "--principal", paramLabel = "NAME", description = "Only the sessions of this principal")
    private @Nullable String principal;

    @Option(names = "--index", paramLabel = "NAME=VALUE", description = "Only those with this value in a named index")
    private @Nullable String index;

    @Option(
            names = "--used-within",
            paramLabel = "TIME",
            description = "Only those that were used within this time, such as 10m")
    private @Nullable String usedWithin;

    @Option(
            names = "--unused-for",
            paramLabel = "TIME",
            description = "Only those that were not used for this time, such as 2h")
    private @Nullable String unusedFor;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "About how many (default: ${DEFAULT-VALUE})",
            defaultValue = "50")
    private int limit;

    @Option(names = "--after", paramLabel = "PLACE", description = "Go on where the list before ended")
    private @Nullable String after;

    @Override
    void check() {
        if (limit < 1) {
            throw misuse("--limit must be at least 1, not " + limit);
        }
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionFilter filter = filter();
        List<SessionEntry> found = new ArrayList<>();
        SessionListing page = admin.list(filter, after, Math.min(limit, SessionAdmin.MAX_PAGE));
        found.addAll(page.sessions());
        while (page.next().isPresent() && found.size() < limit) {
            String next = page.next().get();
            int size = Math.min(limit - found.size(), SessionAdmin.MAX_PAGE);
            page = following(() -> admin.list(filter, next, size));
            found.addAll(page.sessions());
        }
        String next = page.next().orElse(null);
        write(found, next, out);
        return 0;
    }

    private SessionFilter filter() {
        SessionFilter filter = SessionFilter.all();
        if (principal != null) {
            filter = SessionFilter.ofPrincipal(principal);
        } else if (index != null) {
            filter = SessionFilter.ofIndex(index(index)[0], index(index)[1]);
        }
        Instant now = Instant.now();
        if (usedWithin != null) {
            filter = filter.usedAfter(now.minus(SettingReader.duration(usedWithin)));
        }
        return unusedFor == null ? filter : filter.usedBefore(now.minus(SettingReader.duration(unusedFor)));
    }

    private void write(List<SessionEntry> found, @Nullable String next, Output out) {
        if (store.json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("sessions", found.stream().map(SessionFields::json).toList());
            if (next != null) {
                json.put("next", next);
            }
            out.json(json);
            return;
        }
        out.table(SessionFields.HEAD, found.stream().map(SessionFields::row).toList());
        if (next != null) {
            out.line("There are more: --after " + next);
        }
    }
}
