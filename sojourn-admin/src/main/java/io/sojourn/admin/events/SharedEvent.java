package io.sojourn.admin.events;

import io.sojourn.SessionId;
import io.sojourn.log.Printable;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the stream of events.
 *
 * @param position where the entry is in the stream, for {@link EventStream#after}
 * @param at when Redis took it, by the clock of Redis: up to half a second after the event
 * @param node the name of the node that published it
 * @param event what happened, such as {@code signed-in}; see {@link EventPublisher}
 * @param session the session; empty if the event is about none, or stands for several
 * @param principal who signed in, or a pseudonym of it, as the publisher was set up; empty for all other events
 * @param detail the cause of an end, or the verb of a revocation; empty for all other events
 * @param count how many events the entry stands for, at least 1
 */
public record SharedEvent(
        String position,
        Instant at,
        String node,
        String event,
        Optional<SessionId> session,
        Optional<String> principal,
        Optional<String> detail,
        long count) {

    /** One line; what a visitor may have typed is escaped and cut. */
    @Override
    public String toString() {
        return at + " " + Printable.quoted(node) + " " + Printable.quoted(event) + " "
                + session.map(SessionId::toString).orElse("-")
                + principal.map(name -> " principal=" + Printable.quoted(name)).orElse("")
                + detail.map(text -> " " + Printable.quoted(text)).orElse("") + " count=" + count;
    }
}
