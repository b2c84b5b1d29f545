package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.admin.AttributeDetails;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionDetails;
import io.sojourn.log.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show one session, without secrets.", mixinStandardHelpOptions = true)
final class ShowCommand extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "The session's id")
    private String text = "";

    @Option(names = "--values", description = "Show the values of attributes, too, if SOJOURN_ALLOW_VALUES is true")
    private boolean values;

    @Override
    void check() {
        SessionId unused = id(text);
        if (values) {
            store.requireValues();
        }
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionId id = id(text);
        Optional<SessionDetails> found = values ? admin.showWithValues(id) : admin.show(id);
        if (found.isEmpty() && store.json) {
            out.json(Map.of("id", id.toString(), "found", false));
            return Main.NONE;
        }
        if (found.isEmpty()) {
            out.line("There is no session " + id + "; sojourn why " + id + " may say what became of it");
            return Main.NONE;
        }
        if (store.json) {
            out.json(json(found.get()));
        } else {
            write(found.get(), out);
        }
        return 0;
    }

    private void write(SessionDetails details, Output out) {
        out.line("id         " + details.info().id());
        out.line("principal  " + details.info().principal().map(Output::cell).orElse("nobody is signed in"));
        out.line("created    " + Output.time(details.info().createdAt()) + ", "
                + Output.ago(details.info().createdAt()));
        details.info().authenticatedAt().ifPresent(at -> out.line("signed in  " + Output.time(at)));
        out.line("last used  " + Output.time(details.info().lastAccessedAt()) + ", "
                + Output.ago(details.info().lastAccessedAt()));
        out.line("idle limit "
                + details.idleTimeout()
                        .map(time -> Output.span(time.toSeconds()))
                        .orElse("none") + (details.remembered() ? " (remembered)" : ""));
        out.line("deadline   " + details.deadline().map(Output::time).orElse("none"));
        details.timeToLive().ifPresent(left -> out.line("TTL        " + Output.span(left.toSeconds())));
        details.memory().ifPresent(bytes -> out.line("memory     " + Output.size(bytes)));
        out.line("rotations  " + details.rotations());
        details.indexes().forEach((name, value) -> out.line("index      " + name + " = " + Output.cell(value)));
        details.info()
                .labels()
                .forEach((name, value) -> out.line("label      " + Output.cell(name) + " = " + Output.cell(value)));
        out.line("");
        out.table(
                List.of("ATTRIBUTE", "TYPE", "SIZE"),
                details.attributes().stream()
                        .map(one -> List.of(one.name(), one.type(), Output.size(one.bytes())))
                        .toList());
        for (AttributeDetails one : details.attributes()) {
            one.value().ifPresent(value -> {
                out.line("");
                out.line("bold", Output.cell(one.name()));
                out.line(Printable.line(value));
            });
        }
    }

    private static Map<String, Object> json(SessionDetails details) {
        Map<String, Object> json = new LinkedHashMap<>(SessionFields.json(details.info()));
        json.put("found", true);
        details.idleTimeout().ifPresent(time -> json.put("idleTimeoutSeconds", time.toSeconds()));
        details.deadline().ifPresent(at -> json.put("deadline", at.toString()));
        json.put("remembered", details.remembered());
        json.put("rotations", details.rotations());
        json.put("indexes", details.indexes());
        details.timeToLive().ifPresent(left -> json.put("timeToLiveMillis", left.toMillis()));
        details.memory().ifPresent(bytes -> json.put("memory", bytes));
        json.put(
                "attributes",
                details.attributes().stream().map(ShowCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(AttributeDetails one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", one.name());
        json.put("type", one.type());
        json.put("bytes", one.bytes());
        one.value().ifPresent(value -> json.put("value", value));
        return json;
    }
}
