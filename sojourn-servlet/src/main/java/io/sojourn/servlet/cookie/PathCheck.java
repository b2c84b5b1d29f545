package io.sojourn.servlet.cookie;

import java.net.URI;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a URL leads to the same place for everything that reads it on its way. Browsers, proxies and containers do not
 * agree on encoded dots and slashes, backslashes, empty segments and dots with path parameters; a URL that has one of these may
 * leave the application, and must carry no token.
 */
final class PathCheck {

    /** A path that has been encoded more often than this is no honest one. */
    private static final int MAX_ROUNDS = 4;

    private PathCheck() {}

    /**
     * Whether the URL has none of these.
     *
     * @param parsed the same URL, as {@link URI} reads it
     */
    static boolean isUnambiguous(String url, URI parsed) {
        if (url.startsWith("//") && parsed.getRawAuthority() == null) {
            return false; // Browsers take what follows any number of slashes for the host.
        }
        @Nullable String path = parsed.getRawPath();
        return path == null || isUnambiguous(path);
    }

    private static boolean isUnambiguous(String path) {
        if (path.contains("//")) {
            return false;
        }
        long slashes = slashes(path);
        long dots = dotSegments(path);
        String now = path;
        for (int round = 0; round <= MAX_ROUNDS; round++) {
            if (slashes(now) != slashes
                    || dotSegments(now) != dots
                    || hasStrangeCharacter(now)
                    || hasDotsWithParameters(now)) {
                return false;
            }
            String decoded = decoded(now);
            if (decoded.length() == now.length()) {
                return true; // There is nothing left to decode.
            }
            now = decoded;
        }
        return false;
    }

    private static long slashes(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    private static long dotSegments(String path) {
        return Stream.of(path.split("/", -1)).filter(PathCheck::isDots).count();
    }

    private static boolean hasDotsWithParameters(String path) {
        return Stream.of(path.split("/", -1))
                .anyMatch(segment -> segment.startsWith(".;") || segment.startsWith("..;"));
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /** Backslashes, control characters, and octets that only an overlong form in UTF-8 has, such as that of a dot. */
    private static boolean hasStrangeCharacter(String path) {
        return path.chars().anyMatch(c -> c == '\\' || c < ' ' || c == 0x7f || c == 0xc0 || c == 0xc1);
    }

    /** With each escape replaced by the character of its octet. */
    private static String decoded(String path) {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int octet = path.charAt(i) == '%' ? octet(path, i + 1) : -1;
            decoded.append(octet < 0 ? path.charAt(i) : (char) octet);
            i += octet < 0 ? 0 : 2;
        }
        return decoded.toString();
    }

    private static int octet(String path, int start) {
        if (start + 2 > path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(start), 16);
        int low = Character.digit(path.charAt(start + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }
}
