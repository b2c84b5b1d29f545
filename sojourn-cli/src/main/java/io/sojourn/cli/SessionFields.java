package io.sojourn.cli;

import io.sojourn.SessionInfo;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.log.Printable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sessions as rows of a table, and as JSON. */
final class SessionFields {

    static final List<String> HEAD = List.of("ID", "PRINCIPAL", "CREATED", "USED", "ENDS", "LABELS");

    private SessionFields() {}

    static List<String> row(SessionEntry entry) {
        SessionInfo info = entry.info().orElse(null);
        if (info == null) {
            return List.of(entry.id().toString(), "?", "?", "?", "?", "unreadable: " + entry.unreadable());
        }
        return List.of(
                info.id().toString(),
                info.principal().orElse("-"),
                Output.ago(info.createdAt()),
                Output.ago(info.lastAccessedAt()),
                info.expiresAt().map(Output::ago).orElse("never"),
                labels(info.labels()));
    }

    private static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .reduce((one, other) -> one + " " + other)
                .orElse("-");
    }

    static Map<String, Object> json(SessionEntry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", entry.id().toString());
        entry.info().ifPresentOrElse(info -> json.putAll(json(info)), () -> json.put("unreadable", entry.unreadable()));
        return json;
    }

    static Map<String, Object> json(SessionInfo info) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", info.id().toString());
        info.principal().ifPresent(principal -> json.put("principal", principal));
        json.put("createdAt", info.createdAt().toString());
        info.authenticatedAt().map(Instant::toString).ifPresent(at -> json.put("authenticatedAt", at));
        json.put("lastAccessedAt", info.lastAccessedAt().toString());
        info.expiresAt().map(Instant::toString).ifPresent(at -> json.put("expiresAt", at));
        json.put("labels", info.labels());
        return json;
    }

    static String line(SharedEvent event) {
        StringBuilder line = new StringBuilder()
                .append(Output.time(event.at()))
                .append("  ")
                .append(Output.cell(event.node()))
                .append("  ")
                .append(Output.cell(event.event()));
        event.session().ifPresent(id -> line.append("  ").append(id));
        event.principal().ifPresent(principal -> line.append("  ").append(Printable.quoted(principal)));
        event.detail().ifPresent(detail -> line.append("  ").append(Output.cell(detail)));
        return event.count() == 1
                ? line.toString()
                : line.append("  ").append(event.count()).append(" times").toString();
    }

    static Map<String, Object> json(SharedEvent event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", event.position());
        json.put("at", event.at().toString());
        json.put("node", event.node());
        json.put("event", event.event());
        event.session().ifPresent(id -> json.put("session", id.toString()));
        event.principal().ifPresent(principal -> json.put("principal", principal));
        event.detail().ifPresent(detail -> json.put("detail", detail));
        json.put("count", event.count());
        return json;
    }
}
