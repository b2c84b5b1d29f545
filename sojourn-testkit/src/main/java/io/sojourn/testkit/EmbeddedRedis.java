package io.sojourn.testkit;

import io.sojourn.testkit.support.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The server in the jar of {@code com.github.codemonstur:embedded-redis}. Only the program is taken from that jar, by its
 * resource name; its classes (and the client library that they need) are not used, so the jar may be on the class path
 * alone, or be absent.
 */
final class EmbeddedRedis {

    private static final System.Logger LOG = System.getLogger(EmbeddedRedis.class.getName());
    private static final String LANDMARK = "redis/embedded/RedisServer.class";

    private EmbeddedRedis() {}

    /** The first of the jar's programs that runs on this machine; empty if none does, or if there is no such jar. */
    static Optional<RedisBinary> find() {
        return platforms(System.getProperty("os.name", ""), System.getProperty("os.arch", "")).stream()
                .flatMap(platform -> find(platform).stream())
                .findFirst();
    }

    /** The program for one platform, such as {@code linux-amd64}; empty if the jar lacks it, or if it does not run here. */
    static Optional<RedisBinary> find(String platform) {
        URL landmark = EmbeddedRedis.class.getClassLoader().getResource(LANDMARK);
        if (landmark == null) {
            return Optional.empty();
        }
        try (JarFile jar = open(landmark)) {
            Optional<JarEntry> entry = jar.stream()
                    .filter(candidate -> candidate.getName().matches("redis-server-[^/]*-" + platform))
                    .findFirst();
            return entry.isPresent() ? unpacked(jar, entry.get()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("could not unpack the embedded server for " + platform, e);
        }
    }

    private static JarFile open(URL landmark) throws IOException {
        if (landmark.openConnection() instanceof JarURLConnection connection) {
            connection.setUseCaches(false); // closing a cached file would close it for every other reader
            return connection.getJarFile();
        }
        throw new IOException("expected inside a jar: " + landmark);
    }

    private static Optional<RedisBinary> unpacked(JarFile jar, JarEntry entry) throws IOException {
        Path directory = Workspace.get().newDirectory("embedded");
        Path file = directory.resolve("redis-server");
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        try {
            return Optional.of(RedisBinary.of(file));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.INFO, "the embedded {0} does not run here: {1}", entry.getName(), e.getMessage());
            Workspace.get().delete(directory);
            return Optional.empty();
        }
    }

    /**
     * The platforms to try, best first. The linux-amd64 program of release 1.4.4 needs OpenSSL 3 and glibc 2.34; linux-386
     * is linked statically and runs on most 64-bit kernels, so it stands in where those are missing.
     */
    static List<String> platforms(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        boolean arm = osArch.equals("aarch64");
        if (os.startsWith("linux")) {
            return arm ? List.of("linux-arm64") : List.of("linux-amd64", "linux-386");
        }
        if (os.startsWith("mac")) {
            return arm ? List.of("darwin-arm64", "darwin-amd64") : List.of("darwin-amd64");
        }
        return List.of();
    }
}
