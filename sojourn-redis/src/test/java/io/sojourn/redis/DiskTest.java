package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that has trouble with its disk: one that is full, one that takes long to read. */
@Tag("slow")
@Tag("any-jdk")
class DiskTest {

    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private static final Duration AT_ONCE = Duration.ofMillis(100);

    private static CommitResult create(RedisStore store, SessionId id, byte[] record) {
        return answer(store.commit(new SessionWrite(
                id, SessionWrite.ABSENT, 1, Instant.EPOCH, Duration.ofMinutes(10), Map.of("r", record), Set.of())));
    }

    /** It loads a key a millisecond, and there are 2,000 of them. */
    @Test
    void aServerThatIsStillLoadingIsNotWaitedForAndFoundWithinASecond() {
        try (RedisServer server = RedisServers.start("appendonly yes", "key-load-delay 1000");
                RedisProbe probe = server.probe();
                RedisStore store = RedisStore.connect(server.uri())) {
            SessionId id = newId();
            answer(new Calls(store).create(id));
            for (int i = 0; i < 2_000; i++) {
                probe.call("SET", "another:" + i, "x");
            }
            CompletableFuture<Long> back = CompletableFuture.supplyAsync(() -> {
                server.restart(); // Returns when it has loaded.
                return System.nanoTime();
            });
            int refused = 0;
            List<Duration> took = new ArrayList<>();
            while (!back.isDone()) {
                long start = System.nanoTime();
                CompletableFuture<?> load = new Calls(store).load(id);
                if (load.handle((there, failure) -> failure != null).join()) {
                    refused++;
                    assertThatThrownBy(() -> answer(load)).isInstanceOf(StoreUnavailableException.class);
                }
                took.add(Duration.ofNanos(System.nanoTime() - start));
                Awaitility.await().pollDelay(Duration.ofMillis(10)).until(() -> true);
            }
            assertThat(refused).isGreaterThan(20);
            assertThat(took.stream().sorted().skip(took.size() / 10 * 9L).findFirst())
                    .as("nine of ten calls; this machine may have stood still in one")
                    .hasValueSatisfying(most -> assertThat(most).isLessThan(AT_ONCE));
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(1, TimeUnit.SECONDS)
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(new Calls(store).load(id)).isPresent());
        }
    }

    /** Its files may not grow beyond a limit, which is to it what a full disk is. */
    @Test
    void aServerWhoseDiskIsFullRefusesWritesAtOnceAndReadsGoOn(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(PRLIMIT)).as("%s is there", PRLIMIT).isTrue();
        try (RedisServer server =
                        RedisServers.start(thatIsToldOfLimits(folder), "appendonly yes", "appendfsync everysec");
                RedisStore store = RedisStore.connect(server.uri())) {
            SessionId id = newId();
            answer(new Calls(store).create(id));
            limitFiles(server, "65536");
            byte[] noise = new byte[32_768];
            new Random(1).nextBytes(noise);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThatThrownBy(() -> create(store, newId(), noise))
                            .isInstanceOf(StoreUnavailableException.class)
                            .hasMessageContaining("MISCONF"));
            long start = System.nanoTime();
            assertThatThrownBy(() -> answer(new Calls(store).change(id, 1, 2)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("MISCONF");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
            assertThat(answer(new Calls(store).load(id)).orElseThrow().revision())
                    .isEqualTo(1);
            limitFiles(server, "unlimited");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(3)) // The server itself tries once a second.
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(new Calls(store).change(id, 1, 2)) == CommitResult.APPLIED);
        }
    }

    /** By an error, that is. Without more, the system would end a process that writes beyond its limit. */
    private static RedisBinary thatIsToldOfLimits(Path folder) throws IOException {
        Path script = folder.resolve("server");
        String exec =
                "#!/bin/sh\ntrap '' XFSZ\nexec '" + RedisServers.preferred().path() + "' \"$@\"\n";
        Files.writeString(script, exec);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return RedisBinary.of(script);
    }

    private static void limitFiles(RedisServer server, String bytes) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        PRLIMIT.toString(), "--pid", Long.toString(server.pid()), "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
