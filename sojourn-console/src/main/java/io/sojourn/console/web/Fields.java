package io.sojourn.console.web;

import io.sojourn.SessionInfo;
import io.sojourn.admin.AttributeDetails;
import io.sojourn.admin.Diagnosis;
import io.sojourn.admin.Finding;
import io.sojourn.admin.SessionDetails;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFate;
import io.sojourn.admin.SessionSizes;
import io.sojourn.admin.SignedInPrincipal;
import io.sojourn.admin.events.SharedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the admin tells, as JSON for the page. Each text that a visitor may have typed passes through {@link Text}. */
final class Fields {

    /** The most attributes, labels and indexes of one session that are sent. */
    private static final int MOST = 1_000;

    private Fields() {}

    static Map<String, Object> of(SessionEntry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", entry.id().toString());
        entry.info()
                .ifPresentOrElse(info -> put(info, json), () -> json.put("unreadable", Text.shown(entry.unreadable())));
        return json;
    }

    private static void put(SessionInfo info, Map<String, Object> json) {
        json.put("id", info.id().toString());
        info.principal().ifPresent(principal -> putPrincipal(principal, json));
        json.put("createdAt", info.createdAt().toString());
        info.authenticatedAt().map(Instant::toString).ifPresent(at -> json.put("authenticatedAt", at));
        json.put("lastAccessedAt", info.lastAccessedAt().toString());
        info.expiresAt().map(Instant::toString).ifPresent(at -> json.put("expiresAt", at));
        json.put("labels", pairs(info.labels()));
    }

    /** How it is shown, and as it is, for the requests that name it. */
    private static void putPrincipal(String principal, Map<String, Object> json) {
        json.put("principal", Text.shown(principal));
        if (principal.length() <= Text.LONGEST_PRINCIPAL) {
            json.put("principalKey", principal);
        }
    }

    private static List<Map<String, String>> pairs(Map<String, String> texts) {
        return texts.entrySet().stream()
                .limit(MOST)
                .map(entry -> Map.of("name", Text.shown(entry.getKey()), "value", Text.shown(entry.getValue())))
                .toList();
    }

    static Map<String, Object> of(SessionDetails details, String key) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(details.info(), json);
        json.put("key", Text.shown(key));
        details.idleTimeout().ifPresent(time -> json.put("idleTimeoutSeconds", time.toSeconds()));
        details.deadline().ifPresent(at -> json.put("deadline", at.toString()));
        json.put("remembered", details.remembered());
        json.put("rotations", details.rotations());
        json.put("indexes", pairs(details.indexes()));
        details.timeToLive().ifPresent(left -> json.put("timeToLiveSeconds", left.toSeconds()));
        details.memory().ifPresent(bytes -> json.put("memory", bytes));
        json.put("attributeCount", details.attributes().size());
        json.put(
                "attributes",
                details.attributes().stream().limit(MOST).map(Fields::of).toList());
        return json;
    }

    private static Map<String, Object> of(AttributeDetails attribute) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", Text.shown(attribute.name()));
        json.put("type", Text.shown(attribute.type()));
        json.put("bytes", attribute.bytes());
        attribute
                .value()
                .ifPresent(value -> json.put("value", Text.shown(value, Integer.MAX_VALUE))); // The admin has cut it.
        return json;
    }

    static Map<String, Object> of(SharedEvent event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", event.position());
        json.put("at", event.at().toString());
        json.put("node", Text.shown(event.node()));
        json.put("event", Text.shown(event.event()));
        event.session().ifPresent(id -> json.put("session", id.toString()));
        event.principal().ifPresent(principal -> json.put("principal", Text.shown(principal)));
        event.detail().ifPresent(detail -> json.put("detail", Text.shown(detail)));
        json.put("count", event.count());
        return json;
    }

    static Map<String, Object> of(SessionFate fate) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", fate.state().name().toLowerCase(Locale.ROOT));
        fate.cause().ifPresent(cause -> json.put("cause", cause));
        fate.endedAt().ifPresent(at -> json.put("endedAt", at.toString()));
        return json;
    }

    static Map<String, Object> of(SignedInPrincipal one) {
        Map<String, Object> json = new LinkedHashMap<>();
        putPrincipal(one.principal(), json);
        json.put("sessions", one.sessions());
        json.put("estimated", one.estimated());
        json.put("lastAccessedAt", one.lastAccessedAt().toString());
        return json;
    }

    static Map<String, Object> of(SessionSizes sizes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sampled", sizes.sampled());
        json.put("whole", sizes.whole());
        json.put("bytes", sizes.bytes());
        json.put(
                "largest",
                sizes.largest().stream()
                        .map(one -> Map.of("id", one.id().toString(), "bytes", one.bytes()))
                        .toList());
        json.put(
                "attributes",
                sizes.attributes().stream()
                        .limit(20)
                        .map(one -> Map.of(
                                "name", Text.shown(one.name()),
                                "sessions", one.sessions(),
                                "bytes", one.bytes(),
                                "largest", one.largest()))
                        .toList());
        return json;
    }

    static Map<String, Object> of(Diagnosis diagnosis) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("servers", diagnosis.servers().stream().map(Text::shown).toList());
        json.put("keys", diagnosis.keys());
        json.put("allKeys", diagnosis.whole());
        json.put("findings", diagnosis.findings().stream().map(Fields::of).toList());
        return json;
    }

    /** A finding escapes and cuts its texts itself. */
    private static Map<String, Object> of(Finding finding) {
        return Map.of(
                "code", finding.code(),
                "severity", finding.severity().name().toLowerCase(Locale.ROOT),
                "where", finding.where(),
                "what", finding.what(),
                "why", finding.why(),
                "advice", finding.advice());
    }
}
