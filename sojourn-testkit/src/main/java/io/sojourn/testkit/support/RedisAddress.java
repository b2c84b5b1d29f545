package io.sojourn.testkit.support;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a probe connects to, and as whom. */
public record RedisAddress(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        int database) {

    private static final int DEFAULT_PORT = 6379;

    /** Reads {@code redis://[[user]:password@]host[:port][/database]}. Its text never shows up in an error. */
    public static RedisAddress parse(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw unreadable(); // without the cause, whose message repeats the text and so the password
        }
        if (!"redis".equals(uri.getScheme()) || uri.getHost() == null) {
            throw unreadable();
        }
        String userInfo = uri.getUserInfo();
        int colon = userInfo == null ? -1 : userInfo.indexOf(':');
        if (userInfo != null && colon < 0) {
            throw unreadable();
        }
        String user = userInfo == null || colon == 0 ? null : userInfo.substring(0, colon);
        String password = userInfo == null ? null : userInfo.substring(colon + 1);
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new RedisAddress(uri.getHost(), port, user, password, database(uri.getPath()));
    }

    private static int database(String path) {
        if (path.isEmpty() || path.equals("/")) {
            return 0;
        }
        if (!path.matches("/[0-9]{1,6}")) {
            throw unreadable();
        }
        return Integer.parseInt(path.substring(1));
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "a probe connects to redis://[[user]:password@]host[:port][/database], and this is no such URI");
    }

    /** Host and port, without credentials. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
