package io.sojourn;

import io.sojourn.log.SettingName;
import java.io.Serial;

/**
 * A save lost the compare-and-set race against other nodes as often as {@link SessionSettings#maxConflicts()} allows; or 1,024
 * saves of this session wait in this process already. Nothing was written. What to do: try
 * again later, or find out who writes to this one session so often.
 */
public final class ConflictException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Made by the engine.
     *
     * @param attempts how often it was tried
     */
    public ConflictException(SessionId id, int attempts) {
        super(
                "Session " + id + " was changed by others during each of " + attempts
                        + " attempts to save it; nothing was written. Write to this session less often, or raise "
                        + SettingName.MAX_CONFLICTS + ".",
                null);
    }

    /** Made by the engine, with another reason. */
    public ConflictException(String message) {
        super(message, null);
    }
}
