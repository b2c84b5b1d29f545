package io.sojourn;

import java.util.Optional;

/** What a token leads to. To the client all but {@link Found} must look alike. */
public sealed interface Lookup {

    /**
     * The token opens this session.
     *
     * @param found the session, for this one request
     */
    record Found(Session found) implements Lookup {
        @Override
        public Optional<Session> session() {
            return Optional.of(found);
        }
    }

    /**
     * It opens nothing: the session ended, never was, cannot be read, or the secret is wrong. {@link SessionManager#lastKnownEnd} may know why
     * it ended.
     */
    record Absent() implements Lookup {}

    /**
     * It did open a session until its secret was replaced a moment ago (see {@link SessionSettings#SUPERSEDED_FOR}), and
     * opens nothing now. Clients send such requests until they have read the new token. If the request needs a session, give
     * it the stand-in, save it as usual, and set no cookie for it ({@link Session#mayReplaceCookie}).
     *
     * @param standIn a session in place of the one that the token does not open any more. It {@linkplain Session#isStored is
     *     stored} if an earlier request with the same token has stored something in it; else it is new and empty.
     */
    record Superseded(Session standIn) implements Lookup {}

    /** The session, if the token opens one. */
    default Optional<Session> session() {
        return Optional.empty();
    }
}
