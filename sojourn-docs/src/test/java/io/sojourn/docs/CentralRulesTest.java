package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/CentralRules.java}, with which {@code ./release} checks what Maven Central would refuse. */
class CentralRulesTest {

    private static final String POM = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>com.acme</groupId>
              <artifactId>tea</artifactId>
              <version>1.0.0</version>
              <name>Tea</name>
              <description>Tea.</description>
              <url>https://acme.example</url>
              <licenses><license><name>Apache-2.0</name><url>https://www.apache.org/licenses/LICENSE-2.0.txt</url></license></licenses>
              <developers>
                <developer>
                  <name>Acme</name><organization>Acme</organization><organizationUrl>https://acme.example</organizationUrl>
                </developer>
              </developers>
              <scm>
                <connection>scm:git:https://acme.example</connection>
                <developerConnection>scm:git:https://acme.example</developerConnection>
                <url>https://acme.example</url>
              </scm>
            </project>
            """;

    @TempDir
    Path repository;

    private Path folder;

    @BeforeEach
    void publish() throws Exception {
        folder = Files.createDirectories(repository.resolve("com/acme/tea/1.0.0"));
        add("tea-1.0.0.pom", POM.getBytes(StandardCharsets.UTF_8));
        add(
                "tea-1.0.0-cyclonedx.json",
                "{\"bomFormat\":\"CycloneDX\",\"name\":\"tea\"}".getBytes(StandardCharsets.UTF_8));
        for (String name : new String[] {"tea-1.0.0.jar", "tea-1.0.0-sources.jar", "tea-1.0.0-javadoc.jar"}) {
            try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                    JarOutputStream jar = new JarOutputStream(file)) {
                jar.putNextEntry(new ZipEntry("META-INF/LICENSE"));
            }
            add(name, Files.readAllBytes(folder.resolve(name)));
        }
    }

    /** With its checksums and something that looks like a signature; gpg verifies it. */
    private void add(String name, byte[] content) throws Exception {
        Files.write(folder.resolve(name), content);
        for (Map.Entry<String, String> sum :
                Map.of(".md5", "MD5", ".sha1", "SHA-1").entrySet()) {
            byte[] digest = MessageDigest.getInstance(sum.getValue()).digest(content);
            Files.writeString(
                    folder.resolve(name + sum.getKey()), HexFormat.of().formatHex(digest));
        }
        Files.writeString(folder.resolve(name + ".asc"), "-----BEGIN PGP SIGNATURE-----\n");
    }

    private String check(int status) throws IOException, InterruptedException {
        Process check = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        ".ci/CentralRules.java",
                        repository.toString())
                .directory(Page.PROJECT.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isEqualTo(status);
        return said;
    }

    @Test
    void wholeModuleKeepsTheRules() throws Exception {
        assertThat(check(0)).isEqualTo("release: 1 modules keep the rules of Maven Central\n");
    }

    @Test
    void eachBrokenRuleIsNamed() throws Exception {
        add(
                "tea-1.0.0.pom",
                POM.replace("<description>Tea.</description>", "")
                        .replaceFirst("Apache-2.0", "")
                        .getBytes(StandardCharsets.UTF_8));
        Files.delete(folder.resolve("tea-1.0.0-javadoc.jar"));
        Files.delete(folder.resolve("tea-1.0.0.jar.asc"));
        Files.delete(folder.resolve("tea-1.0.0.jar.sha1"));
        Files.writeString(folder.resolve("tea-1.0.0-sources.jar.md5"), "0");
        Files.writeString(folder.resolve("tea-1.0.0-sources.jar.asc"), "signed by hand");
        Files.writeString(folder.resolve("tea-1.0.0-cyclonedx.json"), "{}");
        add("coffee-1.0.0.txt", new byte[] {1});
        assertThat(check(1))
                .contains(
                        "tea-1.0.0.pom has no <description>",
                        "tea-1.0.0.pom has no <licenses/license/name>",
                        "tea-1.0.0.pom has no tea-1.0.0-javadoc.jar",
                        "tea-1.0.0-javadoc.jar.asc belongs to a file that is not there",
                        "tea-1.0.0.jar has no .asc",
                        "tea-1.0.0.jar has no .sha1",
                        "tea-1.0.0-sources.jar.md5 is not the checksum of tea-1.0.0-sources.jar",
                        "tea-1.0.0-sources.jar.asc is no OpenPGP signature",
                        "tea-1.0.0-cyclonedx.json is no CycloneDX SBOM of tea",
                        "coffee-1.0.0.txt belongs to no module");
    }
}
