package io.sojourn.ring;

import java.util.List;

/**
 * Tells whether Ring's own session middleware is asking, which passes on what a client's cookie says, or the application
 * itself, which knows what it does. The protocol hands over the same arguments in both cases, so the caller is looked for
 * on the stack: only where the answer matters, which is in no ordinary request.
 */
final class RingMiddleware {

    private static final String SESSION = "ring.middleware.session$";

    /** What lies between a caller of the protocol and this module: Clojure's dispatch and the functions of the record. */
    private static final List<String> DISPATCH =
            List.of("io.sojourn.ring.", "ring.redis.session", "ring.middleware.session.store$", "clojure.", "java.");

    private static final StackWalker STACK = StackWalker.getInstance();

    private RingMiddleware() {}

    static boolean isCaller() {
        return STACK.walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                .filter(name -> DISPATCH.stream().noneMatch(name::startsWith))
                .findFirst()
                .filter(name -> name.startsWith(SESSION))
                .isPresent());
    }
}
