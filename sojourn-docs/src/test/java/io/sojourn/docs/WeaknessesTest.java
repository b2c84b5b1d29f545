package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/Weaknesses.java}, with which {@code ./check} looks for published weaknesses of libraries. */
class WeaknessesTest {

    private record Outcome(int status, String said) {}

    /** It is compiled once, not by each scan. */
    @TempDir
    static Path classes;

    @TempDir
    Path folder;

    @BeforeAll
    static void compile() {
        String source = Page.PROJECT.resolve(".ci/Weaknesses.java").toString();
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source))
                .isZero();
    }

    private Outcome scan(String libraries, String... options) throws IOException, InterruptedException {
        Path list = Files.writeString(folder.resolve("dependencies.txt"), libraries);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classes.toString(), "Weaknesses"));
        command.addAll(List.of(options));
        command.add(list.toString());
        Process scan = new ProcessBuilder(command)
                .directory(Page.PROJECT.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(scan.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(scan.waitFor(), said);
    }

    private String known(String lines) throws IOException {
        return "--known=" + Files.writeString(folder.resolve("known.txt"), lines);
    }

    private static void answer(HttpServer server, String path, AtomicReference<String> asked, String answer) {
        server.createContext(path, exchange -> {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @Test
    void nettyThatLettuceAsksForIsFoundAndTheOneOfTheBomIsNot() throws Exception {
        Outcome outcome = scan("""
                   io.netty:netty-resolver-dns:jar:4.2.13.Final:compile -- module io.netty.resolver.dns
                   io.netty:netty-handler:jar:4.2.19.Final:compile -- module io.netty.handler
                   io.sojourn:sojourn-core:jar:0.1.0-SNAPSHOT:compile
                """);
        assertThat(outcome.status()).as(outcome.said()).isEqualTo(1);
        assertThat(outcome.said())
                .contains("CVE-2026-45674 is in io.netty:netty-resolver-dns:4.2.13.Final", "CVE-2026-47691 is in")
                .doesNotContain("netty-handler");
    }

    @Test
    void rangesEndBeforeTheVersionThatMendsAndOneMayBeAccepted() throws Exception {
        String known = known("""
                CVE-1 com.acme:made-up [1.0,1.2.10)
                CVE-2 com.acme:taken [1,2)
                accepted CVE-2 com.acme:taken Nothing calls it.
                """);
        assertThat(scan("com.acme:made-up:jar:1.2.9:runtime", known).said())
                .contains("CVE-1 is in com.acme:made-up:1.2.9");
        assertThat(scan("com.acme:made-up:jar:linux-x86_64:1.2.10-RC1:runtime", known)
                        .said())
                .contains("CVE-1 is in com.acme:made-up:1.2.10-RC1");
        assertThat(scan("com.acme:made-up:jar:1.2.10:runtime\ncom.acme:taken:jar:1.5:compile", known))
                .isEqualTo(new Outcome(0, "weaknesses: none is published for 2 libraries (known.txt)\n"));
    }

    @Test
    void onlineEachLibraryHasItsOwnAnswer() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/querybatch", asked, """
                {"results":[{},{"vulns":[{"id":"GHSA-made-up-0001","modified":"2026-01-01T00:00:00Z"}]}]}""");
        server.start();
        String online = "--online=http://127.0.0.1:" + server.getAddress().getPort() + "/";
        String libraries = "com.acme:good:jar:1.0:compile\ncom.acme:made-up:jar:2.0:compile";
        String accepted = known("accepted CVE-2026-1 com.acme:made-up:2.0 Nothing calls it.\n");
        try {
            Outcome outcome = scan(libraries, online);
            assertThat(outcome.status()).as(outcome.said()).isEqualTo(1);
            assertThat(outcome.said()).contains("GHSA-made-up-0001 is in com.acme:made-up:2.0");
            assertThat(asked.get())
                    .contains(
                            "{\"package\":{\"ecosystem\":\"Maven\",\"name\":\"com.acme:made-up\"},\"version\":\"2.0\"}");
            // It has a name of its own there, and is accepted by its CVE.
            answer(server, "/vulns/GHSA-made-up-0001", new AtomicReference<>(), """
                    {"id":"GHSA-made-up-0001","details":"like CVE-2026-2","aliases":["CVE-2026-1"],"related":["CVE-2026-3"]}""");
            assertThat(scan(libraries, online).said()).contains("CVE-2026-1 is in com.acme:made-up:2.0");
            assertThat(scan(libraries, online, accepted))
                    .isEqualTo(
                            new Outcome(0, "weaknesses: none is published for 2 libraries (known.txt and osv.dev)\n"));
        } finally {
            server.stop(0);
        }
        assertThat(scan(libraries, online).said())
                .isEqualTo(
                        "weaknesses: none is published for 2 libraries (weaknesses.txt; osv.dev cannot be reached)\n");
    }

    @Test
    void tomcatOfEarlierReleasesIsFoundAndTheOneOfTheBuildIsNot() throws Exception {
        assertThat(scan("org.apache.tomcat.embed:tomcat-embed-core:jar:11.0.27:compile")
                        .said())
                .contains("CVE-2026-118233 is in org.apache.tomcat.embed:tomcat-embed-core:11.0.27");
        assertThat(scan("org.apache.tomcat.embed:tomcat-embed-core:jar:"
                                + VersionsTest.full("pom.xml", "tomcat.version") + ":compile")
                        .status())
                .isZero();
    }

    /** The lock file has a package twice if two others need different versions, and one under a name that is not its own. */
    @Test
    void packagesOfALockFileAreLookedUpToo() throws Exception {
        String lock = """
                {
                  "name": "site",
                  "lockfileVersion": 3,
                  "packages": {
                    "": {"name": "site", "version": "0.9.0"},
                    "node_modules/@made-up/one": {
                      "version": "1.2.9",
                      "resolved": "https://example.com/one-1.2.9.tgz"
                    },
                    "node_modules/other": {
                      "version": "2.0.0"
                    },
                    "node_modules/@made-up/one/node_modules/other": {
                      "version": "1.0.0"
                    },
                    "node_modules/alias": {
                      "name": "taken",
                      "version": "3.0.0"
                    }
                  }
                }
                """;
        String known = known("""
                CVE-1 npm:@made-up/one [1.0.0,1.2.10)
                CVE-2 npm:other [0,1.0.1)
                GHSA-made-up-0003 npm:taken [0,4.0.0)
                CVE-4 npm:site [0,1)
                CVE-5 other:other [0,9)
                """);
        assertThat(scan(lock, known).said().lines())
                .containsExactly(
                        "weaknesses: CVE-1 is in npm:@made-up/one:1.2.9; take a newer version",
                        "weaknesses: CVE-2 is in npm:other:1.0.0; take a newer version",
                        "weaknesses: GHSA-made-up-0003 is in npm:taken:3.0.0; take a newer version");

        AtomicReference<String> asked = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/querybatch", asked, """
                {"results":[{},{},{},{"vulns":[{"id":"GHSA-made-up-0003"}]}]}""");
        server.start();
        String online = "--online=http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try {
            assertThat(scan(lock, known("accepted GHSA-made-up-0003 npm:taken:3.0.0 Nothing calls it."), online))
                    .isEqualTo(
                            new Outcome(0, "weaknesses: none is published for 4 libraries (known.txt and osv.dev)\n"));
            assertThat(asked.get())
                    .contains("{\"package\":{\"ecosystem\":\"npm\",\"name\":\"@made-up/one\"},\"version\":\"1.2.9\"}");
        } finally {
            server.stop(0);
        }
    }

    /** It takes the lock file of the site alone: ./check does the same with the libraries of a whole build. */
    @Test
    void packagesThatBuildTheSiteHaveNoWeaknessThatCanDoHarm() throws Exception {
        assertThat(scan(Page.named("site/package-lock.json").text()).status()).isZero();
        assertThat(Page.named("check").text()).contains("lists+=' site/package-lock.json'");
        assertThat(Page.named(".github/workflows/weaknesses.yml").text()).contains(" site/package-lock.json");
    }

    /** What each module of the build brings is looked at, that of the examples as well. */
    @Test
    void checkLooksAtTheLibrariesOfAllModules() {
        String lists = Page.named("check").lines().stream()
                .filter(line -> line.contains("dependencies.txt"))
                .findFirst()
                .orElseThrow();
        Matcher module = Pattern.compile("<module>(.+)</module>")
                .matcher(Page.named("pom.xml").text());
        int modules = 0;
        while (module.find()) {
            String name = module.group(1);
            if (!name.equals("benchmarks")) { // Which ./bench builds, and no release.
                modules++;
                assertThat(lists).contains(name.startsWith("sojourn-") ? " sojourn-* " : " examples ");
            }
        }
        assertThat(modules).isGreaterThan(20);
    }
}
