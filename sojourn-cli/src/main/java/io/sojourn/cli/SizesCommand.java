package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionSizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "sizes",
        description = "Say which sessions and which attributes are large, from a sample.",
        mixinStandardHelpOptions = true)
final class SizesCommand extends AdminCommand {

    @Option(
            names = "--sample",
            paramLabel = "COUNT",
            description = "How many sessions to load (default: ${DEFAULT-VALUE})",
            defaultValue = "1000")
    private int sample;

    @Override
    void check() {
        if (sample < 1) {
            throw misuse("--sample must be at least 1, not " + sample);
        }
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionSizes sizes = admin.sizes(sample);
        if (store.json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("sampled", sizes.sampled());
            json.put("all", sizes.whole());
            json.put("bytes", sizes.bytes());
            json.put(
                    "largest",
                    sizes.largest().stream()
                            .map(one -> Map.of("id", one.id().toString(), "bytes", one.bytes()))
                            .toList());
            json.put("attributes", sizes.attributes());
            out.json(json);
            return 0;
        }
        out.line(sizes.sampled() + " sessions" + (sizes.whole() ? "" : " (a sample)") + " take "
                + Output.size(sizes.bytes()));
        out.line("");
        out.table(
                List.of("SESSION", "MEMORY"),
                sizes.largest().stream()
                        .map(one -> List.of(one.id().toString(), Output.size(one.bytes())))
                        .toList());
        out.line("");
        out.table(
                List.of("ATTRIBUTE", "SESSIONS", "ALL", "LARGEST"),
                sizes.attributes().stream()
                        .limit(50)
                        .map(one -> List.of(
                                one.name(), "" + one.sessions(), Output.size(one.bytes()), Output.size(one.largest())))
                        .toList());
        return 0;
    }
}
