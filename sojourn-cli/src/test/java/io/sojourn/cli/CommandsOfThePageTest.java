package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/command-line.md} has an operator type, typed into bash. */
class CommandsOfThePageTest {

    @Test
    void aliasCompletionAndPasswordWorkAsThePageSays(@TempDir Path folder) throws Exception {
        List<String> typed = Files.readAllLines(Path.of("..", "docs", "command-line.md")).stream()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .dropWhile(line -> !line.startsWith("java -XX"))
                .toList();
        assertThat(typed).hasSize(6);
        Files.copy(Path.of(System.getProperty("sojourn.jar")), folder.resolve("sojourn.jar"));
        try (RedisServer server = RedisServers.start("requirepass tea");
                RedisStore store =
                        RedisStore.builder().uri(server.uri()).password("tea").connect()) {
            SessionManager sessions = SessionManager.create(store);
            Session session = sessions.create();
            session.signIn("ada");
            sessions.save(session);
            // The archive is made by a start that may fail, as here: the page names the server further down.
            String script = "shopt -s expand_aliases\n"
                    + String.join("\n", typed)
                            .replace("/opt/sojourn", folder.toString())
                            .replace("rediss://redis.example.com", server.uri())
                    + "\ntest -s " + folder + "/sojourn.jsa && complete -p sojourn\n";
            Process bash = new ProcessBuilder("bash", "-c", script)
                    .redirectErrorStream(true)
                    .directory(folder.toFile())
                    .start();
            bash.getOutputStream().write("tea\n".getBytes(StandardCharsets.UTF_8));
            bash.getOutputStream().close();
            String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor()).as(output).isZero();
            assertThat(output).contains("ada").contains("complete ");
        }
    }
}
