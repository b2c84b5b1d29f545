package io.sojourn.console.web;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionCount;
import io.sojourn.admin.SessionDetails;
import io.sojourn.admin.SessionFate;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.admin.SignedInPage;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.console.ConsoleAction.Kind;
import io.sojourn.console.ConsoleAction.Outcome;
import io.sojourn.log.Printable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;

/** What the page can ask for, and do. All names travel in bodies, none in URLs, which are written to logs and histories. */
final class Api {

    private static final Logger LOG = System.getLogger("io.sojourn.console");

    private static final int PAGE = 100;
    private static final int SAMPLE = 200;

    private final SessionAdmin admin;
    private final boolean allowEnding;
    private final boolean showValues;
    private final Audit audit;
    private final Activity activity;

    /** The doctor looks at many keys; more than one at once would only take longer. */
    private final Semaphore doctor = new Semaphore(1);

    private final Semaphore sizes = new Semaphore(1);

    Api(ConsoleSettings settings, Audit audit) {
        admin = settings.admin();
        allowEnding = settings.allowEnding();
        showValues = settings.showValues() && admin.showsValues();
        this.audit = audit;
        this.activity = new Activity(admin);
    }

    ConsoleResponse answer(String what, byte[] json, String actor) {
        try {
            Body body = Body.of(json);
            return switch (what) {
                case "me" -> me(actor);
                case "count" -> count();
                case "activity" -> ok(activity.look());
                case "events" -> events(body);
                case "sizes" -> sizes();
                case "sessions" -> sessions(body);
                case "principals" -> principals(body);
                case "session" -> session(body, actor);
                case "end" -> end(body, actor);
                case "end-all" -> endAll(body, actor);
                case "doctor" -> examine(actor);
                default -> ConsoleResponse.error(404, "The console knows no such request");
            };
        } catch (StoreUnavailableException e) {
            return ConsoleResponse.error(503, message(e));
        } catch (UnreadableSessionException e) {
            return ConsoleResponse.error(422, message(e));
        } catch (IllegalArgumentException e) {
            return ConsoleResponse.error(400, message(e));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The console could not answer", e);
            return ConsoleResponse.error(
                    500,
                    "The console could not answer; the application's log says why, or the error output of sojourn console");
        }
    }

    private static String message(RuntimeException failure) {
        return Printable.line(String.valueOf(failure.getMessage()));
    }

    private static ConsoleResponse ok(Map<String, Object> body) {
        return ConsoleResponse.json(200, body);
    }

    private ConsoleResponse me(String actor) {
        return ok(Map.of(
                "actor",
                Text.shown(actor),
                "allowEnding",
                allowEnding,
                "showValues",
                showValues,
                "now",
                Instant.now().toString()));
    }

    private ConsoleResponse count() {
        SessionCount count = admin.count();
        return ok(Map.of("sessions", count.sessions(), "estimated", count.estimated(), "keys", count.keys()));
    }

    /** The events after a position, or the last ones. */
    private ConsoleResponse events(Body body) {
        int size = body.number("size", PAGE);
        List<SharedEvent> events = body.text("after")
                .map(position -> admin.events().after(position, size))
                .orElseGet(() -> admin.events().last(size));
        return ok(Map.of("events", events.stream().map(Fields::of).toList()));
    }

    private ConsoleResponse sizes() {
        if (!sizes.tryAcquire()) {
            return ConsoleResponse.error(
                    429, "Sizes of sessions are already looked at for another request; try again in a minute");
        }
        try {
            return ok(Fields.of(admin.sizes(SAMPLE)));
        } finally {
            sizes.release();
        }
    }

    private ConsoleResponse sessions(Body body) {
        SessionFilter filter = SessionFilter.all();
        Optional<String> principal = body.text("principal");
        if (principal.isPresent()) {
            filter = SessionFilter.ofPrincipal(principal.get());
        }
        SessionListing page = admin.list(filter, body.text("after").orElse(null), body.number("size", PAGE));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sessions", page.sessions().stream().map(Fields::of).toList());
        principal.ifPresent(name -> json.put("principal", Text.shown(name)));
        page.next().ifPresent(next -> json.put("next", next));
        return ok(json);
    }

    private ConsoleResponse principals(Body body) {
        SignedInPage page = admin.signedIn(body.text("after").orElse(null), body.number("size", PAGE));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("principals", page.principals().stream().map(Fields::of).toList());
        page.next().ifPresent(next -> json.put("next", next));
        return ok(json);
    }

    private ConsoleResponse session(Body body, String actor) {
        SessionId id = body.requiredId("id");
        if (!body.flag("values")) {
            return session(id, admin.show(id));
        }
        if (!showValues) {
            audit.tell(actor, Kind.SHOW_VALUES, id.toString(), Outcome.REFUSED, 0);
            return ConsoleResponse.error(
                    403,
                    "Values are hidden: the console and its admin must both be set up with showValues(true). For the command"
                            + " sojourn console set SOJOURN_ALLOW_VALUES=true in its environment");
        }
        try {
            Optional<SessionDetails> shown = admin.showWithValues(id);
            audit.tell(actor, Kind.SHOW_VALUES, id.toString(), Outcome.DONE, 0);
            return session(id, shown);
        } catch (RuntimeException | Error e) {
            audit.tell(actor, Kind.SHOW_VALUES, id.toString(), Outcome.FAILED, 0);
            throw e;
        }
    }

    private ConsoleResponse session(SessionId id, Optional<SessionDetails> shown) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (shown.isPresent()) {
            json.putAll(Fields.of(shown.get(), admin.key(id)));
        } else {
            SessionFate fate = admin.why(id);
            json.put("id", id.toString());
            json.put("fate", Fields.of(fate));
        }
        json.put(
                "events",
                admin.events().isReadable()
                        ? admin.events().of(id).stream().map(Fields::of).toList()
                        : List.of());
        return ok(json);
    }

    private ConsoleResponse end(Body body, String actor) {
        SessionId id = body.requiredId("id");
        return ending(actor, Kind.END, id.toString(), () -> admin.end(id) ? 1 : 0);
    }

    private ConsoleResponse endAll(Body body, String actor) {
        String principal =
                body.text("principal").orElseThrow(() -> new IllegalArgumentException("principal is missing"));
        if (body.flag("dryRun")) {
            return allowEnding
                    ? ok(Map.of("found", admin.countOf(principal), "principal", Text.shown(principal)))
                    : readOnly();
        }
        return ending(actor, Kind.END_ALL, principal, () -> admin.endAll(principal));
    }

    private ConsoleResponse ending(String actor, Kind kind, String target, IntSupplier action) {
        if (!allowEnding) {
            audit.tell(actor, kind, target, Outcome.REFUSED, 0);
            return readOnly();
        }
        int ended;
        try {
            ended = action.getAsInt();
        } catch (RuntimeException | Error e) {
            audit.tell(actor, kind, target, Outcome.FAILED, 0);
            throw e;
        }
        audit.tell(actor, kind, target, Outcome.DONE, ended);
        return ok(Map.of("ended", ended));
    }

    private static ConsoleResponse readOnly() {
        return ConsoleResponse.error(
                403,
                "The console is read-only: it was not set up with allowEnding(true), or as the command sojourn console with --allow-ending");
    }

    private ConsoleResponse examine(String actor) {
        if (!doctor.tryAcquire()) {
            return ConsoleResponse.error(
                    429, "The doctor is already at work for another request; try again in a minute");
        }
        try {
            Map<String, Object> found = Fields.of(admin.doctor().examine());
            audit.tell(actor, Kind.EXAMINE, "", Outcome.DONE, 0);
            return ok(found);
        } catch (RuntimeException | Error e) {
            audit.tell(actor, Kind.EXAMINE, "", Outcome.FAILED, 0);
            throw e;
        } finally {
            doctor.release();
        }
    }
}
