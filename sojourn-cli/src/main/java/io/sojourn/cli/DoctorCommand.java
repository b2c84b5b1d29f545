package io.sojourn.cli;

import io.sojourn.admin.Diagnosis;
import io.sojourn.admin.Doctor;
import io.sojourn.admin.Finding;
import io.sojourn.admin.SessionAdmin;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Check the servers, the user's rights and the keys, and say what is wrong, why, and what to do.",
        mixinStandardHelpOptions = true)
final class DoctorCommand extends AdminCommand {

    @Option(names = "--heal", description = "Look at all keys, and mend the indexes")
    private boolean heal;

    @Option(
            names = "--keys",
            paramLabel = "COUNT",
            description = "How many keys of each server to look at (default: ${DEFAULT-VALUE})",
            defaultValue = "" + Doctor.DEFAULT_KEYS)
    private long keys;

    @Override
    void check() {
        if (keys < 0) {
            throw misuse("--keys must be at least 0, not " + keys);
        }
    }

    @Override
    boolean tellsOfOutages() {
        return true;
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        Doctor doctor = admin.doctor();
        Diagnosis diagnosis = heal ? doctor.heal() : doctor.examine(keys);
        if (store.json) {
            out.json(json(diagnosis));
            return diagnosis.exitStatus();
        }
        diagnosis.servers().forEach(out::line);
        for (Finding finding : diagnosis.findings()) {
            out.line("");
            String style = switch (finding.severity()) {
                case CRITICAL -> "red";
                case WARNING -> "yellow";
                case NOTE -> "bold";
            };
            out.line(style, finding.severity() + " " + finding.code() + " (" + finding.where() + ")");
            out.line("  " + finding.what() + ".");
            out.line("  Why it matters: " + finding.why() + ".");
            out.line("  What to do: " + finding.advice() + ".");
        }
        out.line("");
        out.line((diagnosis.findings().isEmpty() ? "Nothing to complain about. " : "")
                + diagnosis.keys() + " keys were looked at"
                + (diagnosis.whole() ? "" : ", not all of them")
                + (heal ? "; " + diagnosis.healed() + " entries of indexes were mended." : "."));
        return diagnosis.exitStatus();
    }

    private static Map<String, Object> json(Diagnosis diagnosis) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("exitStatus", diagnosis.exitStatus());
        json.put("servers", diagnosis.servers());
        json.put("keys", diagnosis.keys());
        json.put("allKeys", diagnosis.whole());
        json.put("healed", diagnosis.healed());
        json.put("findings", diagnosis.findings());
        return json;
    }
}
