package io.sojourn;

import io.sojourn.log.Printable;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A codec could not turn stored bytes back into a value: a class changed, left, or is not allowed here. Codecs throw it;
 * a session reports it to the {@link io.sojourn.observe.SessionObserver} and reads the attribute as absent, its bytes kept.
 */
public final class UnreadableValueException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param attribute the attribute's name
     * @param reason why, and what to do about it; never a part of the value
     * @param cause the library's own error, if there is one; kept as suppressed, without its message, since that may quote the value
     */
    public UnreadableValueException(String attribute, String reason, @Nullable Throwable cause) {
        super("Attribute " + Printable.quoted(attribute) + " cannot be read: " + reason, ours(cause));
        suppress(cause);
    }
}
