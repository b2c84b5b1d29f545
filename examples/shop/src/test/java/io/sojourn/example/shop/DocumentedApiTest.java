package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/demo-http-api.md} lists the requests and answers of the demo, and {@code docs/sessions.md} shows a real exchange. */
class DocumentedApiTest {

    private static final Path PROJECT = Path.of("..", "..");
    private static final Pattern ROUTE = Pattern.compile("(?m)^\\| `([A-Z]+) (/\\S*)` \\|");
    private static final Pattern FIELD = Pattern.compile("(?m)^\\| `(\\w+)` \\|");
    private static final Pattern PRINTED = Pattern.compile("\\d+\\) \"([^\"]*)\"");

    @SuppressWarnings("NullAway.Init") // set before all
    private static RedisServer redis;

    @SuppressWarnings("NullAway.Init") // set before all
    private static Running shop;

    private final Visitor visitor = new Visitor();

    @BeforeAll
    static void open() {
        redis = RedisServers.start();
        shop = DemoProcess.open(1, "--redis", redis.uri());
    }

    @AfterAll
    static void close() {
        shop.close();
        redis.close();
    }

    private static String read(String file) throws IOException {
        return Files.readString(PROJECT.resolve(file));
    }

    private static String url(String path) {
        return (path.startsWith("/demo/") ? shop.address() : shop.node(1)) + path;
    }

    @Test
    void everyRequestOfThePageIsAnsweredAndThereIsNoOther() throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        for (MatchResult row :
                ROUTE.matcher(read("docs/demo-http-api.md")).results().toList()) {
            documented
                    .computeIfAbsent(row.group(2).replaceAll("\\{\\w+}", "x"), path -> new TreeSet<>())
                    .add(row.group(1));
        }
        documented.forEach((path, methods) -> {
            Reply refused = visitor.send("PATCH", url(path), "");
            assertThat(refused.status()).as(path).isEqualTo(405);
            assertThat(refused.header("Allow")).as(path).hasValue(String.join(", ", methods));
        });
        String shop = "examples/shop/src/main/java/io/sojourn/example/shop/";
        String servers = read(shop + "ShopServer.java") + read(shop + "front/Front.java");
        assertThat(documented).hasSize((int)
                Pattern.compile("\\bentry\\(").matcher(servers).results().count());
    }

    @Test
    void answersHaveTheFieldsOfThePage() throws IOException {
        visitor.post(url("/api/login"), "{\"user\":\"ada\"}");
        assertThat(visitor.get(url("/api/session")).json()).containsOnlyKeys(fields("The session"));
        assertThat(visitor.get(url("/api/devices")).list().get(0)).containsOnlyKeys(fields("A device"));
        assertThat(visitor.get(url("/api/redis")).json()).containsOnlyKeys(fields("A key of Redis"));
        assertThat(visitor.get(url("/api/nodes")).json()).containsOnlyKeys(fields("The servers"));
        assertThat(visitor.get(url("/api/alive")).json()).containsOnlyKeys(fields("Whether it lives"));
        assertThat(visitor.get(url("/demo/fleet")).json()).containsOnlyKeys(fields("The processes"));
        assertThat(visitor.get(url("/demo/visitors")).json()).containsOnlyKeys(fields("The visitors"));
        assertThat(visitor.get(url("/health/sessions")).json()).containsOnlyKeys(fields("The state of the store"));
        assertThat(visitor.get(url("/health")).body()).isEqualTo("ok");
    }

    private static Set<String> fields(String heading) throws IOException {
        String page = read("docs/demo-http-api.md");
        String section = page.substring(page.indexOf("\n## " + heading + "\n") + 4);
        return FIELD.matcher(section.substring(0, section.indexOf("\n## ")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
    }

    /** Runs the commands and compares what does not differ from run to run: names of headers and of fields. */
    @Test
    void exchangeOfThePageOnSignedInUsersIsReal() throws Exception {
        assumeTrue(isOnThePath("curl") && isOnThePath("redis-cli"), "Left out: curl or redis-cli is not on the path");
        List<String> commands = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        String page = read("docs/sessions.md");
        for (String line : page.substring(page.indexOf("$ curl")).split("\n", -1)) {
            if (line.equals("```")) {
                break;
            } else if (line.startsWith("$ ")) {
                commands.add(line.substring(2));
                shown.add("");
            } else {
                shown.set(shown.size() - 1, shown.get(shown.size() - 1) + line + "\n");
            }
        }
        assertThat(commands).hasSize(3);

        String answer = output(commands.get(0).replace("http://127.0.0.1:8081", shop.node(1)));
        assertThat(headers(answer)).containsAll(headers(shown.get(0))).contains("Set-Cookie");
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\"user\":null,\"attributes\":{\"visits\":1}}");

        String id = answer.replaceAll("(?s).*SESSION=(.{22}).*", "$1");
        Set<String> fields = printed(output(inRedis(commands.get(1), id)));
        assertThat(fields).contains("r", "t", "v").hasSameSizeAs(printed(shown.get(1)));
        assertThat(output(inRedis(commands.get(2), id))).matches("(\\(integer\\) )?18[0-9]{2}\\s*");
    }

    private static String inRedis(String command, String id) {
        assertThat(command).startsWith("redis-cli -p 14084 ");
        return command.replace("14084", "" + redis.port()).replaceAll("sojourn:\\S+", "sojourn:" + id);
    }

    private static Set<String> printed(String reply) {
        return PRINTED.matcher(reply).results().map(line -> line.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> headers(String answer) {
        return answer.lines()
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .map(line -> line.substring(0, line.indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static boolean isOnThePath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String output(String command) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.DISCARD);
        shell.environment().put("no_proxy", "127.0.0.1");
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command).isZero();
        return output;
    }
}
