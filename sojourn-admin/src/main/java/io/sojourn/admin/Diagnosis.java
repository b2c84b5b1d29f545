package io.sojourn.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@link Doctor} has found.
 *
 * @param servers the servers that were looked at, each with what it is
 * @param findings the worst first; empty if all is well
 * @param keys how many keys were looked at
 * @param whole whether these were all
 * @param healed how many entries in indexes were mended
 */
public record Diagnosis(List<String> servers, List<Finding> findings, long keys, boolean whole, long healed) {

    private static final int WARNINGS = 10;
    private static final int CRITICAL = 20;

    /** The worst of the findings, for the end of a script: 0 for none and for notes, 10 for warnings, 20 for what is critical. */
    public int exitStatus() {
        if (has(Severity.CRITICAL)) {
            return CRITICAL;
        }
        return has(Severity.WARNING) ? WARNINGS : 0;
    }

    private boolean has(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity() == severity);
    }

    /** All of it as one JSON object, in ASCII. */
    public String toJson() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("exitStatus", exitStatus());
        all.put("servers", servers);
        all.put("keys", keys);
        all.put("allKeys", whole);
        all.put("healed", healed);
        all.put("findings", findings);
        return JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .writeValueAsString(all);
    }

    /** One line for each finding. */
    @Override
    public String toString() {
        return findings.isEmpty()
                ? "Nothing to complain about"
                : findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }
}
