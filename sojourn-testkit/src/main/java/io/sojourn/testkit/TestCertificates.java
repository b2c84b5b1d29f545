package io.sojourn.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sojourn.testkit.support.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * Certificates for tests over TLS, made on the spot by {@code netty-pkitesting} and kept in files: an authority of its own, a certificate for
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

    private final Path directory;

    private TestCertificates(Path directory) {
        this.directory = directory;
    }

    /** Makes an authority and two certificates. */
    public static TestCertificates make() {
        return makeFor("127.0.0.1", "localhost");
    }

    /**
     * As {@link #make()}, with a certificate for servers of other names: to see that clients do not take it for theirs.
     *
     * @param hosts host names and IPv4 addresses; at least one
     */
    public static TestCertificates makeFor(String... hosts) {
        TestCertificates made = new TestCertificates(Workspace.get().newDirectory("certificates"));
        try {
            made.write(hosts);
        } catch (Exception e) { // Which is what the builder declares.
            throw new IllegalStateException("could not make certificates", e);
        }
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

    private void write(String... hosts) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=Sojourn test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        CertificateBuilder server = new CertificateBuilder().subject("CN=Sojourn test server");
        for (String host : hosts) {
            server = Character.isDigit(host.charAt(0)) ? server.addSanIpAddress(host) : server.addSanDnsName(host);
        }
        Files.writeString(authority(), authority.getCertificatePEM());
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("authority", authority.getCertificate());
        store(trust, trustStore());
        pair("server", server.buildIssuedBy(authority));
        X509Bundle client =
                new CertificateBuilder().subject("CN=Sojourn test client").buildIssuedBy(authority);
        pair("client", client);
        store(client.toKeyStore(PASSWORD.toCharArray()), clientKeyStore());
    }

    private void pair(String name, X509Bundle made) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), made.getCertificatePEM());
        Files.writeString(directory.resolve(name + "-key.pem"), made.getPrivateKeyPEM());
    }

    private static void store(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    /** Where the files are. */
    @Override
    public String toString() {
        return "TestCertificates[" + directory + "]";
    }
}
