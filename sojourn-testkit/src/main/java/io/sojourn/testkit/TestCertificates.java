package io.sojourn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Certificates for tests over TLS, made on the spot by the JDK's {@code keytool}: an authority of its own, a certificate for
 * servers on 127.0.0.1 and {@code localhost}, and one for clients. Each call of {@link #make()} makes another authority, that
 * no other trusts. The files go when this JVM does.
 *
 * <pre>{@code
 * TestCertificates certificates = TestCertificates.make();
 * try (RedisServer redis = RedisServers.start(certificates.serverOptions())) {
 *     // redis.tlsUri() with the trust in certificates.authority()
 * }
 * }</pre>
 */
public final class TestCertificates {

    private static final String PASSWORD = "for-tests";
    private static final int KEYTOOL_SECONDS = 60;

    private final Path directory;

    private TestCertificates(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes an authority and two certificates; takes about two seconds.
     *
     * @throws IllegalStateException if this JVM's home has no {@code keytool}; the message has what it said
     */
    public static TestCertificates make() {
        return makeFor("ip:127.0.0.1", "dns:localhost");
    }

    /**
     * As {@link #make()}, with a certificate for servers of other names: to see that clients do not take it for theirs.
     *
     * @param names as {@code keytool} has them, such as {@code dns:elsewhere.example}; at least one
     */
    public static TestCertificates makeFor(String... names) {
        TestCertificates made = new TestCertificates(Workspace.get().newDirectory("certificates"));
        made.key("authority", "CN=Sojourn test authority", List.of("-ext", "bc:c"));
        made.key(
                "server",
                "CN=Sojourn test server",
                List.of("-signer", "authority", "-ext", "san=" + String.join(",", names)));
        made.key("client", "CN=Sojourn test client", List.of("-signer", "authority"));
        made.write();
        return made;
    }

    /** Whom to trust, in PEM. */
    public Path authority() {
        return directory.resolve("authority.pem");
    }

    /** Whom to trust, as a key store of type PKCS #12 with the {@link #password()}. */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** The client's certificate and its authority's, in PEM. */
    public Path clientCertificate() {
        return directory.resolve("client.pem");
    }

    /** The client's key, in PEM (PKCS #8, not encrypted). */
    public Path clientKey() {
        return directory.resolve("client-key.pem");
    }

    /** The client's certificate and key, as a key store of type PKCS #12 with the {@link #password()}. */
    public Path clientKeyStore() {
        return directory.resolve("client.p12");
    }

    /** Of all key stores. */
    public String password() {
        return PASSWORD;
    }

    /**
     * Lines for the configuration file of a server that shows its certificate over TLS, and asks clients for theirs only if
     * {@code tls-auth-clients yes} comes after. Where it listens for TLS is added when it is started.
     */
    public String[] serverOptions() {
        return new String[] {
            RedisServer.TLS,
            "tls-cert-file " + directory.resolve("server.pem"),
            "tls-key-file " + directory.resolve("server-key.pem"),
            "tls-ca-cert-file " + authority(),
            "tls-auth-clients optional"
        };
    }

    private void key(String alias, String name, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", // It lives for a second.
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keystore",
                all().toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "3650",
                "-alias",
                alias,
                "-dname",
                name));
        command.addAll(more);
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            keytool.getOutputStream().close();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool could not make a certificate: " + said.strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException("this JVM's home has no keytool: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making certificates", e);
        }
    }

    private Path all() {
        return directory.resolve("all.p12");
    }

    private void write() {
        char[] password = PASSWORD.toCharArray();
        try {
            KeyStore all = KeyStore.getInstance(all().toFile(), password);
            Certificate authority = all.getCertificate("authority");
            pem(authority(), "CERTIFICATE", authority.getEncoded());
            KeyStore trust = empty();
            trust.setCertificateEntry("authority", authority);
            store(trust, trustStore());
            for (String alias : List.of("server", "client")) {
                Key key = all.getKey(alias, password);
                Certificate[] chain = all.getCertificateChain(alias);
                pem(directory.resolve(alias + "-key.pem"), "PRIVATE KEY", key.getEncoded());
                pem(directory.resolve(alias + ".pem"), "CERTIFICATE", chain[0].getEncoded());
                KeyStore own = empty();
                own.setKeyEntry(alias, key, password, chain);
                store(own, directory.resolve(alias + ".p12"));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PKCS #12", e);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write certificates", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void store(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static void pem(Path file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** Where the files are. */
    @Override
    public String toString() {
        return "TestCertificates[" + directory + "]";
    }
}
