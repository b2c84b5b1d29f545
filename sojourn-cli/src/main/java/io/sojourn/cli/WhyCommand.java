package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionFate;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.log.SettingName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "why",
        description =
                "Say what became of a session: that it lives, or why it ended, if ends are recorded; and its events, if nodes publish them.",
        mixinStandardHelpOptions = true)
final class WhyCommand extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "The session's id")
    private String text = "";

    @Override
    void check() {
        SessionId unused = id(text);
    }

    @Override
    int run(SessionAdmin admin, Output out) {
        SessionId id = id(text);
        SessionFate fate = admin.why(id);
        // What became of the session does not depend on them.
        List<SharedEvent> events = admin.events().isReadable() ? admin.events().of(id) : List.of();
        if (store.json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", id.toString());
            json.put("state", fate.state().name().toLowerCase(Locale.ROOT));
            fate.cause().ifPresent(cause -> json.put("cause", cause));
            fate.endedAt().ifPresent(at -> json.put("endedAt", at.toString()));
            fate.last().ifPresent(info -> json.put("session", SessionFields.json(info)));
            json.put("events", events.stream().map(SessionFields::json).toList());
            out.json(json);
        } else {
            out.line(words(fate));
            events.forEach(event -> out.line("  " + SessionFields.line(event)));
        }
        return fate.state() == SessionFate.State.UNKNOWN ? Main.NONE : 0;
    }

    private static String words(SessionFate fate) {
        return switch (fate.state()) {
            case LIVES ->
                "It lives"
                        + fate.last()
                                .map(info -> ", was last used " + Output.ago(info.lastAccessedAt()) + ", and "
                                        + info.principal()
                                                .map(name -> Output.cell(name) + " is signed in")
                                                .orElse("nobody is signed in"))
                                .orElse("");
            case UNREADABLE -> "It is there and cannot be read; sojourn doctor says why";
            case ENDED ->
                "It has ended: " + cause(fate)
                        + fate.endedAt().map(at -> ", " + Output.ago(at)).orElse("");
            case ENDED_UNTOLD -> "It has ended or ends soon, and its end is not told yet: " + cause(fate);
            case FORBIDDEN ->
                "It was ended on purpose within the last two minutes, or its user was signed out everywhere";
            case UNKNOWN ->
                "There is nothing of it: it ended more than an hour ago, or it never was, or ends are not"
                        + " recorded: see " + SettingName.END_EVENTS;
        };
    }

    private static String cause(SessionFate fate) {
        return switch (fate.cause().orElse("")) {
            case "idle" -> "it was not used for its idle timeout";
            case "absolute" -> "its absolute timeout has passed";
            case "signed_out" -> "the user signed out";
            case "revoked_id" -> "it was ended by its id";
            case "revoked_all" -> "all sessions of its user were ended";
            case "revoked_others" -> "the user ended it from another session";
            case "revoked_index" -> "all sessions with one value of an index were ended";
            case "limit" -> "it made room for a newer session of its user";
            case "unreadable" -> "this version could not read it";
            case "" -> "its time ran out";
            default -> fate.cause().orElse("");
        };
    }
}
