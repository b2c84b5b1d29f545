package io.sojourn.spring.move;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the session id out of a cookie of Spring Session. Nothing else of a client's text becomes part of a key of Redis. */
final class OldId {

    private static final int LENGTH = 36;
    private static final int LONGEST_TEXT = 200;
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private OldId() {}

    /**
     * The id: a UUID, as it is or as base64, which is Spring Session's default; perhaps with the route of a load balancer behind a
     * dot. Empty for any other text.
     */
    static Optional<String> in(String text) {
        if (text.length() < LENGTH || text.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        return isId(text)
                ? Optional.of(text.substring(0, LENGTH))
                : decoded(text).filter(OldId::isId).map(OldId::id);
    }

    private static String id(String text) {
        return text.substring(0, LENGTH);
    }

    private static boolean isId(String text) {
        return text.length() >= LENGTH
                && (text.length() == LENGTH || text.charAt(LENGTH) == '.')
                && UUID.matcher(id(text)).matches();
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
