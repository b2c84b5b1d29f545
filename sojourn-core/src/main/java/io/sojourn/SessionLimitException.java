package io.sojourn;

import io.sojourn.log.SettingName;
import java.io.Serial;

/**
 * A change would take the session over one of its limits; it was not made. What to do: keep less in the session, or raise
 * the limit that the message names.
 */
public final class SessionLimitException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Made by the engine.
     *
     * @param what the value that is too large, the subject of the message
     * @param setting the name of the setting that raises the limit
     */
    public SessionLimitException(String what, long actual, String setting, long limit) {
        super(
                what + " is " + actual + ", over the limit of " + limit
                        + "; keep less in the session or raise " + SettingName.inEveryForm(setting)
                        + ".",
                null);
    }
}
