package io.sojourn.testkit;

import io.sojourn.testkit.support.Settings;
import java.io.File;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for server programs: named by settings, lying in the usual directories, or embedded in a jar. */
final class RedisBinaryFinder {

    static final String SERVER_SETTING = "sojourn.redis.server";
    static final String SERVERS_SETTING = "sojourn.redis.servers";

    private static final System.Logger LOG = System.getLogger(RedisBinaryFinder.class.getName());

    // Debian puts servers into /usr/bin, others into sbin, which the PATH of a plain user may lack.
    private static final List<String> USUAL_DIRECTORIES = List.of("/usr/bin", "/usr/sbin", "/usr/local/bin");

    private final Function<String, @Nullable String> settings;
    private final List<Path> directories;
    private final Supplier<Optional<RedisBinary>> embedded;

    RedisBinaryFinder(
            Function<String, @Nullable String> settings,
            List<Path> directories,
            Supplier<Optional<RedisBinary>> embedded) {
        this.settings = settings;
        this.directories = directories;
        this.embedded = embedded;
    }

    /** A finder over this JVM's properties and environment, the PATH, and the embedded server. */
    static RedisBinaryFinder ofThisMachine() {
        String path = System.getenv("PATH");
        List<Path> directories = Stream.concat(
                        split(path == null ? "" : path),
                        USUAL_DIRECTORIES.stream().map(Path::of))
                .distinct()
                .toList();
        return new RedisBinaryFinder(Settings::find, directories, EmbeddedRedis::find);
    }

    /** Every server at hand, the preferred one first, each flavor and version once. */
    List<RedisBinary> findAll() {
        Map<String, RedisBinary> byName = new LinkedHashMap<>();
        for (Path path : named()) {
            RedisBinary binary = RedisBinary.of(path);
            byName.putIfAbsent(binary.name(), binary);
        }
        installed().forEach(binary -> byName.putIfAbsent(binary.name(), binary));
        embedded.get().ifPresent(binary -> byName.putIfAbsent(binary.name(), binary));
        if (byName.isEmpty()) {
            throw new IllegalStateException(
                    "no Redis or Valkey server found: neither redis-server nor valkey-server is "
                            + "on the PATH, and no embedded one runs here; install one, add com.github.codemonstur:embedded-redis "
                            + "to the class path, or name one in -D" + SERVER_SETTING + " or "
                            + Settings.variable(SERVER_SETTING));
        }
        return List.copyOf(byName.values());
    }

    /** What settings name. These must be right: a typing error must not fall back to some other server. */
    private List<Path> named() {
        List<Path> named = new ArrayList<>();
        String one = settings.apply(SERVER_SETTING);
        if (one != null) {
            named.add(Path.of(one));
        }
        String more = settings.apply(SERVERS_SETTING);
        if (more != null) {
            split(more).forEach(named::add);
        }
        return named;
    }

    private Stream<RedisBinary> installed() {
        return Stream.of("redis-server", "valkey-server")
                .flatMap(name -> directories.stream()
                        .map(directory -> directory.resolve(name))
                        .filter(Files::isExecutable)
                        .flatMap(path -> runnable(path).stream())
                        .limit(1));
    }

    private static Optional<RedisBinary> runnable(Path path) {
        try {
            return Optional.of(RedisBinary.of(path));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "passing over {0}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Stream<Path> split(String paths) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(paths)
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }
}
