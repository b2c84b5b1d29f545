package io.sojourn.index;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Stages;
import io.sojourn.context.Waiting;
import io.sojourn.format.Header;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Looks at the sessions that an index names, some at a time, and at no more of each than its record. */
record IndexVisitor(EngineContext context) {

    /** At most this many commands are under way at a time, so that those of other users do not wait long. */
    static final int WINDOW = 25;

    /** A session that an index names, as it was found. */
    record Visit(IndexMember member, Optional<SessionRecord> state, boolean readable, boolean belongs) {

        /** Gone or bound to something else, and no write is on its way. */
        boolean isStale() {
            return readable && !belongs && !member.pending() && !member.marked();
        }
    }

    CompletionStage<List<Visit>> visitAll(IndexKey key, List<IndexMember> members) {
        return Stages.inWindows(members, WINDOW, member -> visit(key, member));
    }

    CompletionStage<Visit> visit(IndexKey key, IndexMember member) {
        SessionId id = member.id();
        return context.ask(id, store -> store.peek(id, SessionRecord.RECORD)).handle((stored, failure) -> {
            try {
                if (failure != null) {
                    throw Waiting.sojournException(failure);
                }
                Optional<SessionRecord> state = stored.map(SessionRecord::of).filter(there -> lives(there.header()));
                boolean belongs = state.filter(there -> IndexMembership.belongs(key, there.header()))
                        .isPresent();
                return new Visit(member, state, true, belongs);
            } catch (UnreadableSessionException e) {
                context.observers().tell(o -> o.unreadableSession(id, e));
                return new Visit(member, Optional.empty(), false, false);
            }
        });
    }

    private boolean lives(Header header) {
        return !context.lifetimes().isPastDeadline(header, context.now());
    }
}
