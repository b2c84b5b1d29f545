package io.sojourn.redis;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a store trusts over TLS, and how it shows who it is. Unless told otherwise it trusts whom the JVM trusts, checks that
 * the certificate is for the host that was connected to, and shows no certificate.
 *
 * <p>Files are read at each connection that is made, so that a certificate that was renewed in its place counts from the next
 * one on; and once when the store is opened, so that a mistake shows then.
 *
 * <pre>{@code
 * RedisTls.builder()
 *     .trust(Path.of("/etc/shop/redis-ca.pem"))
 *     .certificate(Path.of("/etc/shop/shop.pem"), Path.of("/etc/shop/shop-key.pem"))
 *     .build()
 * }</pre>
 */
public final class RedisTls {

    private static final String PEM = "-----BEGIN ";

    /** A part of the settings of each connection, and how {@link #toString} names it. */
    private record Part(String name, Step step) {}

    private interface Step {
        void configure(SslContextBuilder context) throws IOException, GeneralSecurityException;
    }

    private final Part trust;
    private final Part certificate;
    private final List<String> ciphers;
    private final List<String> protocols;
    private final boolean anyHost;

    private RedisTls(Builder from) {
        trust = from.trust;
        certificate = from.certificate;
        ciphers = from.ciphers;
        protocols = from.protocols;
        anyHost = from.anyHost;
    }

    /** Begins with the JVM's trust and no certificate. */
    public static Builder builder() {
        return new Builder();
    }

    boolean acceptsAnyHost() {
        return anyHost;
    }

    /** Reads the files into the settings of one connection. */
    void configure(SslContextBuilder context) {
        if (!ciphers.isEmpty()) {
            context.ciphers(ciphers);
        }
        if (!protocols.isEmpty()) {
            context.protocols(protocols);
        }
        apply(trust, context);
        apply(certificate, context);
    }

    /** Names the file that cannot be used and the reason, which holds no password. */
    private static void apply(Part part, SslContextBuilder context) {
        try {
            part.step().configure(context);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The file " + part.name() + " cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    private static void trust(SslContextBuilder context, Path file, @Nullable String password)
            throws IOException, GeneralSecurityException {
        if (isPem(file)) {
            context.trustManager(file.toFile());
            return;
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(KeyStore.getInstance(file.toFile(), chars(password)));
        context.trustManager(trusted);
    }

    private static void keys(SslContextBuilder context, Path file, String password)
            throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(readable(file).toFile(), chars(password)), chars(password));
        context.keyManager(keys);
    }

    private static boolean isPem(Path file) throws IOException {
        // What comes before the first certificate is a comment, of some lines at most.
        byte[] bytes = Files.readAllBytes(readable(file));
        return new String(bytes, 0, Math.min(bytes.length, 65_536), StandardCharsets.ISO_8859_1).contains(PEM);
    }

    private static Path readable(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file.getFileName() + " is not there, or must not be read");
        }
        return file;
    }

    private static char @Nullable [] chars(@Nullable String password) {
        return password == null ? null : password.toCharArray();
    }

    /** The files; no password. */
    @Override
    public String toString() {
        return "RedisTls[trust " + trust.name() + ", certificate " + certificate.name() + "]";
    }

    /** Collects files; not thread-safe. */
    public static final class Builder {

        private Part trust = new Part("of the JVM", context -> {});
        private Part certificate = new Part("none", context -> {});
        private List<String> ciphers = List.of();
        private List<String> protocols = List.of();
        private boolean anyHost;

        private Builder() {}

        /**
         * Whom to trust, instead of whom the JVM trusts: certificates in PEM, or a key store of type PKCS #12 or JKS without a
         * password.
         */
        public Builder trust(Path file) {
            return trust(file, null);
        }

        /** As {@link #trust(Path)}, where the key store has a password. */
        public Builder trust(Path file, @Nullable String password) {
            trust = new Part(file.toString(), context -> RedisTls.trust(context, file, password));
            return this;
        }

        /** As {@link #trust(Path)}, by a factory of the application's, which has been initialized; for instance of an SSL bundle. */
        public Builder trust(TrustManagerFactory factory) {
            trust = new Part("given", context -> context.trustManager(factory));
            return this;
        }

        /**
         * The store's own certificate and key, as {@link #certificate(Path, Path)}, by a factory of the application's, which has been
         * initialized.
         */
        public Builder keys(KeyManagerFactory factory) {
            certificate = new Part("given", context -> context.keyManager(factory));
            return this;
        }

        private static SSLParameters supported() {
            try {
                return SSLContext.getDefault().getSupportedSSLParameters();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("This JVM has no TLS", e);
            }
        }

        /** Refuses a name at once that would otherwise fail at each attempt to connect. */
        private static List<String> known(String what, Collection<String> names, String[] supported) {
            List<String> all = List.of(supported);
            for (String name : names) {
                if (!all.contains(name)) {
                    throw new IllegalArgumentException(
                            "This JVM has no " + what + " " + name + "; it has " + String.join(", ", all));
                }
            }
            return List.copyOf(names);
        }

        /**
         * The cipher suites that may be used, by their names in Java. Default: those of the JVM; an empty collection means the same.
         *
         * @throws IllegalArgumentException if the JVM does not have one of them
         */
        public Builder ciphers(Collection<String> names) {
            ciphers = known("cipher suite", names, supported().getCipherSuites());
            return this;
        }

        /**
         * The versions of TLS that may be used, such as {@code TLSv1.3}. Default: those of the JVM; an empty collection means the same.
         *
         * @throws IllegalArgumentException if the JVM does not have one of them
         */
        public Builder protocols(Collection<String> names) {
            protocols = known("version of TLS", names, supported().getProtocols());
            return this;
        }

        /**
         * The store's own certificate with those that lead to its authority, and its key (PKCS #8), both in PEM, for servers that
         * ask for one. Default none.
         */
        public Builder certificate(Path chain, Path privateKey) {
            return certificate(chain, privateKey, null);
        }

        /** As {@link #certificate(Path, Path)}, where the key is encrypted. */
        public Builder certificate(Path chain, Path privateKey, @Nullable String password) {
            certificate = new Part(
                    chain.toString(),
                    context -> context.keyManager(
                            readable(chain).toFile(), readable(privateKey).toFile(), password));
            return this;
        }

        /** As {@link #certificate(Path, Path)}, both in a key store of type PKCS #12 or JKS. */
        public Builder keyStore(Path file, String password) {
            certificate = new Part(file.toString(), context -> RedisTls.keys(context, file, password));
            return this;
        }

        /**
         * Takes a certificate of a trusted authority for whatever host it was made. <b>Only with an authority of your own that
         * certifies nothing but these servers:</b> otherwise anybody who has a certificate of that authority can stand in for
         * the server, and read and change every session. Default: the host's name or address must be in the certificate.
         */
        public Builder acceptAnyHost() {
            anyHost = true;
            return this;
        }

        /**
         * Checks the files.
         *
         * @throws IllegalArgumentException if one cannot be read or makes no sense; the message says which
         */
        public RedisTls build() {
            RedisTls tls = new RedisTls(this);
            tls.configure(SslContextBuilder.forClient().sslProvider(SslProvider.JDK));
            return tls;
        }
    }
}
