package io.sojourn.console.web;

import io.sojourn.SessionId;
import io.sojourn.console.ConsoleAction;
import io.sojourn.console.ConsoleAction.Kind;
import io.sojourn.console.ConsoleAction.Outcome;
import io.sojourn.log.Printable;
import io.sojourn.observe.AuditObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes what operators do, and tells the listener. The log has the same form as that of {@link AuditObserver}: it names a session by
 * a hash of its id, and a user by a pseudonym; the listener hears who was meant.
 */
final class Audit {

    private static final Logger LOG = System.getLogger(AuditObserver.LOGGER);

    private final Consumer<ConsoleAction> listener;

    Audit(Consumer<ConsoleAction> listener) {
        this.listener = listener;
    }

    void tell(String actor, Kind kind, String target, Outcome outcome, int ended) {
        LOG.log(
                outcome == Outcome.DONE ? Level.INFO : Level.WARNING,
                "event=console-" + word(kind) + " actor=" + Printable.quoted(actor)
                        + SessionId.parse(target)
                                .filter(id -> kind != Kind.END_ALL)
                                .map(id -> " session=" + AuditObserver.hash(id))
                                .orElse("")
                        + (kind == Kind.END_ALL ? " principal=" + AuditObserver.pseudonym(target) : "")
                        + " outcome=" + word(outcome) + " ended=" + ended);
        try {
            listener.accept(new ConsoleAction(Instant.now(), actor, kind, target, outcome, ended));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The listener of the console has failed; it did not hear of " + word(kind), e);
        }
    }

    /** A request that another site may have made the operator's browser send. */
    void tellForged(String actor) {
        LOG.log(Level.WARNING, "event=console-forged-request actor=" + Printable.quoted(actor));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
