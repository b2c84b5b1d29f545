package io.sojourn;

import io.sojourn.log.Printable;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A codec refuses to store a value because it would not come back equal, or because its class is not allowed. The
 * session keeps what it had. What to do stands in the message, which names the attribute and the class.
 */
public final class ValueNotAcceptedException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param attribute the attribute's name
     * @param type the name of the class that was refused (it may be nested somewhere in the value)
     * @param reason why, and the line to add or the thing to do; never a part of the value
     * @param cause the library's own error, if there is one; kept as suppressed, without its message, since that may quote the value
     */
    public ValueNotAcceptedException(String attribute, String type, String reason, @Nullable Throwable cause) {
        super("Attribute " + Printable.quoted(attribute) + " cannot be stored: " + type + " " + reason, ours(cause));
        suppress(cause);
    }
}
