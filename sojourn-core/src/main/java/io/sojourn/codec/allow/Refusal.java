package io.sojourn.codec.allow;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Travels from the depth of a value to the codec, which turns it into the exception that callers know and adds the
 * attribute's name. Without a stack trace: it is thrown for what users do, not for what the code does.
 */
public final class Refusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String type;
    private final String reason;

    /**
     * @param type the class that is refused
     * @param reason continues the sentence that begins with the class: "is not allowed; add …"
     */
    public Refusal(String type, String reason) {
        this(type, reason, null);
    }

    public Refusal(String type, String reason, @Nullable Throwable cause) {
        super(type + " " + reason, cause, false, false);
        this.type = type;
        this.reason = reason;
    }

    public String sentence() {
        return type + " " + reason;
    }

    public String type() {
        return type;
    }

    public String reason() {
        return reason;
    }

    /** The refusal that {@code thrown} is or that lies under it, or null. */
    public static @Nullable Refusal in(@Nullable Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof Refusal refusal) {
                return refusal;
            }
        }
        return null;
    }
}
