package io.sojourn.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server program at hand: Redis or Valkey, and which version. Good as the parameter of a test class that runs once per
 * server, see {@link RedisServers#available()}.
 *
 * @param path the executable file, absolute
 * @param flavor which of the two it says it is, whatever its file is called
 * @param version the version that it tells itself, such as {@code 7.0.15}
 */
public record RedisBinary(Path path, Flavor flavor, String version) {

    /** Whose server it is. */
    public enum Flavor {
        /** Redis. */
        REDIS("Redis"),
        /** Valkey, the fork of Redis 7.2. */
        VALKEY("Valkey");

        private final String displayName;

        Flavor(String displayName) {
            this.displayName = displayName;
        }
    }

    private static final Pattern VERSION_LINE = Pattern.compile("(Redis|Valkey) server v=(\\S+)");
    private static final int VERSION_SECONDS = 10;

    /**
     * Asks a program what it is, by running it once with {@code --version}.
     *
     * @param path the executable file
     * @throws IllegalArgumentException if it cannot be run here, or is neither a Redis nor a Valkey server; the message
     *     holds what it said, such as the name of a missing library
     */
    public static RedisBinary of(Path path) {
        Path absolute = path.toAbsolutePath();
        String said = versionOutput(absolute);
        Matcher line = VERSION_LINE.matcher(said);
        if (!line.find()) {
            throw new IllegalArgumentException(absolute + " is neither a Redis nor a Valkey server that runs here; to "
                    + "--version it said: " + said.strip());
        }
        Flavor flavor = line.group(1).equals(Flavor.REDIS.displayName) ? Flavor.REDIS : Flavor.VALKEY;
        return new RedisBinary(absolute, flavor, line.group(2));
    }

    private static String versionOutput(Path path) {
        Process process;
        try {
            process = new ProcessBuilder(path.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be run: " + e.getMessage(), e);
        }
        try {
            // Waiting comes first: a program that never ends must not hold up the read.
            if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                return "nothing within " + VERSION_SECONDS + " s";
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read from: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + path + " for its version", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Flavor and version, such as {@code Valkey 8.0.1}. */
    public String name() {
        return flavor.displayName + " " + version;
    }

    /** Flavor, version and path. */
    @Override
    public String toString() {
        return name() + " (" + path + ")";
    }
}
