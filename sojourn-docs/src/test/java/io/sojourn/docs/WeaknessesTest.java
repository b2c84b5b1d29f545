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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/Weaknesses.java}, with which {@code ./check} looks for published weaknesses of libraries. */
class WeaknessesTest {

    private record Outcome(int status, String said) {}

    @TempDir
    Path folder;

    private Outcome scan(String libraries, String... options) throws IOException, InterruptedException {
        Path list = Files.writeString(folder.resolve("dependencies.txt"), libraries);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), ".ci/Weaknesses.java"));
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
