package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.testkit.RedisBinary.Flavor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryFinderTest {

    private static final Optional<RedisBinary> EMBEDDED =
            Optional.of(new RedisBinary(Path.of("/embedded"), Flavor.REDIS, "6.2.11"));

    @TempDir
    private Path directory;

    private final Map<String, String> settings = new HashMap<>();

    @Test
    void installedServersComeBeforeTheEmbeddedOneAndRedisBeforeValkey() throws IOException {
        program("b/valkey-server", "Valkey server v=8.0.1");
        program("b/redis-server", "Redis server v=7.0.15");
        assertThat(names(EMBEDDED)).containsExactly("Redis 7.0.15", "Valkey 8.0.1", "Redis 6.2.11");
    }

    @Test
    void whatIsNamedComesFirst() throws IOException {
        program("a/redis-server", "Redis server v=7.0.15");
        settings.put(
                "sojourn.redis.server",
                program("x/first", "Redis server v=8.2.1").toString());
        settings.put(
                "sojourn.redis.servers",
                program("x/second", "Redis server v=7.4.0")
                        + File.pathSeparator
                        + program("x/third", "Valkey server v=7.2.5"));
        assertThat(names(EMBEDDED))
                .containsExactly("Redis 8.2.1", "Redis 7.4.0", "Valkey 7.2.5", "Redis 7.0.15", "Redis 6.2.11");
    }

    @Test
    void theSameVersionTwiceIsListedOnce() throws IOException {
        settings.put(
                "sojourn.redis.server",
                program("x/mine", "Redis server v=6.2.11").toString());
        assertThat(names(EMBEDDED)).containsExactly("Redis 6.2.11");
    }

    @Test
    void theFirstDirectoryThatHasItWins() throws IOException {
        program("a/redis-server", "Redis server v=7.2.0");
        program("b/redis-server", "Redis server v=7.0.15");
        assertThat(names(Optional.empty())).containsExactly("Redis 7.2.0");
    }

    @Test
    void anInstalledServerThatDoesNotRunIsPassedOver() throws IOException {
        program("a/redis-server", "error while loading shared libraries");
        program("b/redis-server", "Redis server v=7.0.15");
        assertThat(names(EMBEDDED)).containsExactly("Redis 7.0.15", "Redis 6.2.11");
    }

    @Test
    void aNamedServerThatDoesNotRunIsAnError() {
        settings.put("sojourn.redis.server", "/no/such/server");
        assertThatThrownBy(() -> names(EMBEDDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/server");
    }

    @Test
    void withoutAnyServerTheErrorTellsWhatToDo() {
        assertThatThrownBy(() -> names(Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("embedded-redis")
                .hasMessageContaining("-Dsojourn.redis.server")
                .hasMessageContaining("SOJOURN_REDIS_SERVER");
    }

    private Path program(String name, String line) throws IOException {
        return Programs.saying(directory.resolve(name), line);
    }

    private List<String> names(Optional<RedisBinary> embedded) {
        List<Path> directories = List.of(directory.resolve("a"), directory.resolve("b"));
        return new RedisBinaryFinder(settings::get, directories, () -> embedded)
                .findAll().stream().map(RedisBinary::name).toList();
    }
}
