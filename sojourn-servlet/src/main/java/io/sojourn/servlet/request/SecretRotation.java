package io.sojourn.servlet.request;

import io.sojourn.Session;
import io.sojourn.servlet.session.HttpSessionView;
import java.util.function.Consumer;

/** The occasions on which a session gets a new secret: what may change now is what a token from before must not open. */
public final class SecretRotation {

    private SecretRotation() {}

    /** The application asks for it. Returns the session's new public id. */
    static String onDemand(SessionLifecycle request) {
        return request.locked(() -> {
            HttpSessionView view = request.find();
            if (view == null) {
                throw new IllegalStateException("changeSessionId() needs a session, and this request has none");
            }
            if (view.session().mayReplaceCookie()) {
                request.requireTellable("changeSessionId()");
            }
            view.session().rotate();
            request.changed(view);
            return view.getId();
        });
    }

    /** The application says who has signed in. */
    public static void atSignIn(SessionLifecycle request, Consumer<Session> signIn) {
        request.locked(() -> {
            HttpSessionView view = request.findOrCreate("signIn(…)");
            request.requireTellable("signIn(…)");
            signIn.accept(view.session());
            request.changed(view);
            return view;
        });
    }

    /**
     * The container says who is signed in. Nothing happens without a session, or if the session knows: some authenticate
     * anew with each request.
     *
     * @param wasBefore whether the container knew already. Then this is news only to a session that knows of nobody: the
     *     application may have bound it to a principal of its own.
     */
    static void atLogin(SessionLifecycle request, String principal, boolean wasBefore, String call) {
        request.locked(() -> {
            HttpSessionView view = request.find();
            if (view == null
                    || isPrincipal(principal, view)
                    || (wasBefore && view.session().principal().isPresent())) {
                return false;
            }
            request.requireTellable(call);
            if (principal.isEmpty()) {
                view.session().rotate();
            } else {
                view.session().signIn(principal);
            }
            request.changed(view);
            return true;
        });
    }

    /** The container says who is not signed in any more. */
    static void atLogout(SessionLifecycle request, String principal) {
        request.locked(() -> {
            HttpSessionView view = request.find();
            if (view == null || !isPrincipal(principal, view)) {
                return false;
            }
            view.session().signOut();
            request.changed(view);
            return true;
        });
    }

    private static boolean isPrincipal(String principal, HttpSessionView view) {
        return view.session().principal().filter(principal::equals).isPresent();
    }
}
