package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.spi.text.SettingReader;
import java.time.Instant;
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
        SessionFilter unused = filter();
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionFilter filter = filter();
        Output.Rows<SessionEntry> rows =
                out.rows(store.json ? "sessions" : null, SessionFields.HEAD, SessionFields::row, SessionFields::json);
        SessionListing page = admin.list(filter, after, Math.min(limit, SessionAdmin.MAX_PAGE));
        boolean isRead = rows.add(page.sessions());
        while (isRead && page.next().isPresent() && rows.count() < limit) {
            String next = page.next().get();
            int size = (int) Math.min(limit - rows.count(), SessionAdmin.MAX_PAGE);
            page = following(() -> admin.list(filter, next, size));
            isRead = rows.add(page.sessions());
        }
        rows.end(page.next().map(next -> Map.of("next", next)).orElse(Map.of()));
        if (!store.json) {
            page.next().ifPresent(next -> out.line("There are more: --after " + next));
        }
        return 0;
    }

    private SessionFilter filter() {
        SessionFilter filter = filter(principal, index);
        Instant now = Instant.now();
        Instant from = usedWithin == null ? null : now.minus(SettingReader.duration(usedWithin));
        Instant to = unusedFor == null ? null : now.minus(SettingReader.duration(unusedFor));
        if (from != null && to != null && !from.isBefore(to)) {
            throw misuse("No session was used within " + usedWithin + " and was not used for " + unusedFor
                    + ": --used-within must be the longer time");
        }
        filter = from == null ? filter : filter.usedAfter(from);
        return to == null ? filter : filter.usedBefore(to);
    }
}
