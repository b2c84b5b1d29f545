package io.sojourn.ring;

import java.util.List;

/**
 * Tells whether Ring's own session middleware is asking, which passes on what a client's cookie says, or the application
 * itself, which knows what it does. The protocol hands over the same arguments in both cases, so the caller is looked for
 * on the stack: only where the answer matters, which is in no ordinary request.
 *
 * <p>However far down it is: between the middleware and this store there may be another store, which counts or encrypts. The
 * two steps looked for have returned before the handler runs, or begin after it, so what it does itself is not mistaken.
 */
final class RingMiddleware {

    private static final String SESSION = "ring.middleware.session$";

    /** The functions that read and write the session of a request, in all versions of Ring; what they close over included. */
    private static final List<String> STEPS =
            List.of("session_request", "bare_session_request", "session_response", "bare_session_response");

    private static final StackWalker STACK = StackWalker.getInstance();

    private RingMiddleware() {}

    static boolean isCaller() {
        return STACK.walk(
                frames -> frames.map(StackWalker.StackFrame::getClassName).anyMatch(RingMiddleware::isStep));
    }

    private static boolean isStep(String className) {
        return className.startsWith(SESSION)
                && STEPS.stream().anyMatch(step -> className.startsWith(step, SESSION.length()));
    }
}
