package io.sojourn.servlet.cookie;

import jakarta.servlet.ServletContext;
import jakarta.servlet.SessionTrackingMode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How clients show which session is theirs.
 *
 * @param byCookie by the session cookie
 * @param byUrl by a path parameter; a client that shows the cookie gets none
 */
public record Tracking(boolean byCookie, boolean byUrl) {

    static final Tracking BY_COOKIE = new Tracking(true, false);

    /** Throws {@link IllegalArgumentException} if that is none that can be had. */
    public static Tracking of(Collection<SessionTrackingMode> modes) {
        if (modes.isEmpty() || modes.contains(SessionTrackingMode.SSL)) {
            throw new IllegalArgumentException("Sessions are tracked by COOKIE, by URL, or by both, not by " + modes
                    + "; the sessions of TLS are known to one server alone");
        }
        return new Tracking(modes.contains(SessionTrackingMode.COOKIE), modes.contains(SessionTrackingMode.URL));
    }

    /**
     * As the filter was told, or else by cookie; or by URL if the context says so and nothing else. That it says both means
     * nothing: all containers do so by themselves.
     */
    public static Tracking of(ServletContext context, @Nullable Tracking told) {
        if (told != null) {
            return told;
        }
        Set<SessionTrackingMode> modes = context.getEffectiveSessionTrackingModes();
        boolean byUrlAlone = modes != null && modes.equals(EnumSet.of(SessionTrackingMode.URL));
        return byUrlAlone ? new Tracking(false, true) : BY_COOKIE;
    }
}
