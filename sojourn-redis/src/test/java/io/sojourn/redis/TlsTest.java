package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.StoreUnavailableException;
import io.sojourn.config.SessionConfig;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a store trusts, and how it shows who it is. */
@Tag("slow")
class TlsTest {

    private static final TestCertificates OURS = TestCertificates.make();
    private static final TestCertificates OTHERS = TestCertificates.make();
    private static final RedisServer SERVER = RedisServers.start(OURS.serverOptions());
    private static final RedisServer STRICT = strict();

    private static RedisServer strict() {
        String[] options = OURS.serverOptions();
        options[options.length - 1] = "tls-auth-clients yes";
        return RedisServers.start(options);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        STRICT.close();
    }

    private static RedisStore store(RedisServer server, RedisTls.Builder tls) {
        return RedisStore.builder().uri(server.tlsUri()).tls(tls.build()).connect();
    }

    private static void assertWorks(SessionStore store) {
        assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
    }

    @Test
    void anAuthorityOfOnesOwnIsTrustedFromAnyKindOfFile() {
        for (RedisTls.Builder tls : new RedisTls.Builder[] {
            RedisTls.builder().trust(OURS.authority()), RedisTls.builder().trust(OURS.trustStore(), OURS.password())
        }) {
            try (RedisStore store = store(SERVER, tls)) {
                assertWorks(store);
            }
        }
    }

    @Test
    void aStrangerIsNotTrusted() {
        try (RedisStore untrusting = RedisStore.connect(SERVER.tlsUri());
                RedisStore mistrusting = store(SERVER, RedisTls.builder().trust(OTHERS.authority()))) {
            assertThatThrownBy(untrusting::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("certification path");
            assertThatThrownBy(mistrusting::ping).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotTakenUnlessAskedFor() {
        TestCertificates elsewhere = TestCertificates.makeFor("elsewhere.example");
        RedisTls.Builder tls = RedisTls.builder().trust(elsewhere.authority());
        try (RedisServer server = RedisServers.start(elsewhere.serverOptions())) {
            try (RedisStore store = store(server, tls)) {
                assertThatThrownBy(store::ping)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("subject alternative");
            }
            try (RedisStore store = store(server, tls.acceptAnyHost())) {
                assertWorks(store);
            }
        }
    }

    @Test
    void aServerThatAsksForACertificateGetsIt() {
        RedisTls.Builder trusting = RedisTls.builder().trust(OURS.authority());
        try (RedisStore nobody = store(STRICT, trusting)) {
            assertThatThrownBy(nobody::ping).isInstanceOf(StoreUnavailableException.class);
        }
        try (RedisStore store = store(
                STRICT,
                RedisTls.builder().trust(OURS.authority()).certificate(OURS.clientCertificate(), OURS.clientKey()))) {
            assertWorks(store);
        }
        try (RedisStore store = store(
                STRICT, RedisTls.builder().trust(OURS.authority()).keyStore(OURS.clientKeyStore(), OURS.password()))) {
            assertWorks(store);
        }
    }

    @Test
    void factoriesOfTheApplicationAreUsed() throws Exception {
        char[] password = OURS.password().toCharArray();
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(OURS.trustStore().toFile(), password));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(OURS.clientKeyStore().toFile(), password), password);
        RedisTls.Builder tls = RedisTls.builder()
                .trust(trust)
                .keys(keys)
                .protocols(List.of("TLSv1.3", "TLSv1.2"))
                .ciphers(List.of());
        try (RedisStore store = store(STRICT, tls)) {
            assertWorks(store);
        }
        try (RedisStore store = store(STRICT, tls.ciphers(List.of("TLS_CHACHA20_POLY1305_SHA256")))) {
            assertWorks(store);
        }
        try (RedisStore nobody = store(STRICT, RedisTls.builder().trust(trust))) {
            assertThatThrownBy(nobody::ping).isInstanceOf(StoreUnavailableException.class);
        }
        assertThatThrownBy(() -> RedisTls.builder().protocols(List.of("SSLv9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SSLv9");
        assertThatThrownBy(() -> RedisTls.builder().ciphers(List.of("ROT13")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ROT13");
    }

    @Test
    void textsSayTheSame() {
        try (SessionStore store = new SessionConfig(TextSettings.of(Map.of(
                        "redis", STRICT.tlsUri(),
                        "redisTrust", OURS.trustStore().toString(),
                        "redisTrustPassword", OURS.password(),
                        "redisKeyStore", OURS.clientKeyStore().toString(),
                        "redisKeyPassword", OURS.password())))
                .openStore()) {
            assertWorks(store);
        }
        try (SessionStore store = new SessionConfig(TextSettings.of(Map.of(
                        "redis", STRICT.tlsUri(),
                        "redisTrust", OURS.authority().toString(),
                        "redisCertificate", OURS.clientCertificate().toString(),
                        "redisKey", OURS.clientKey().toString())))
                .openStore()) {
            assertWorks(store);
        }
    }

    @Test
    void aRenewedFileCountsFromTheNextConnectionOn(@TempDir Path directory) throws IOException {
        Path trust = directory.resolve("trust.pem");
        Files.copy(OTHERS.authority(), trust);
        try (RedisStore store = store(SERVER, RedisTls.builder().trust(trust))) {
            assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
            Files.copy(OURS.authority(), trust, StandardCopyOption.REPLACE_EXISTING);
            Awaitility.await().untilAsserted(() -> assertThatCode(store::ping).doesNotThrowAnyException());
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamedAtOnceAndNoPasswordIs(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing.pem");
        Path nonsense = Files.writeString(directory.resolve("nonsense.p12"), "nonsense");
        assertThatThrownBy(() -> RedisTls.builder().trust(missing).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.pem");
        assertThatThrownBy(() -> RedisTls.builder().trust(nonsense, "s3cret").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense.p12")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> RedisTls.builder()
                        .keyStore(OURS.clientKeyStore(), "s3cret")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
        assertThat(RedisTls.builder().trust(OURS.trustStore(), OURS.password()).build())
                .asString()
                .contains("trust.p12")
                .doesNotContain(OURS.password());
    }
}
