package io.sojourn.servlet.container;

import io.sojourn.http.SessionCookie;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Keeps the cookie of the container's own sessions apart from ours. The container makes such sessions for FORM login and for
 * listeners in front of the filter. With one name for both, each cookie would replace the other, and the visitor would lose the
 * login.
 */
public final class ContainerCookie {

    /** The name that the container's own cookie gets: {@value}. */
    static final String NAME = "CONTAINER_SESSION";

    /**
     * Our cookie's name where the container's cannot be changed and the application has named neither: {@value}.
     */
    static final String OTHER_DEFAULT = SessionCookie.DEFAULT_NAME;

    /**
     * Our cookie, and whether the container's has the same name all the same.
     *
     * @param ours the cookie
     * @param isShared whether the name is shared
     */
    public record Names(SessionCookie ours, boolean isShared) {}

    private ContainerCookie() {}

    /**
     * Gives the container's cookie another name if it has ours. Where the container does not allow that any more, our cookie gets
     * another default.
     *
     * @param ours makes our cookie, given the name that it has if the application has named none
     */
    public static Names separate(ServletContext context, Function<String, SessionCookie> ours) {
        SessionCookie standard = ours.apply(ContextCookie.STANDARD_NAME);
        String containers = ServerContext.ownCookieNameOf(context);
        if (!names(standard).contains(containers) || ServerContext.renameOwnCookieOf(context, NAME)) {
            return new Names(standard, false);
        }
        SessionCookie other = ours.apply(OTHER_DEFAULT);
        return new Names(other, names(other).contains(containers));
    }

    private static List<String> names(SessionCookie cookie) {
        List<String> names = new ArrayList<>(cookie.alsoRead());
        names.add(cookie.name(false));
        names.add(cookie.name(true));
        return names;
    }
}
