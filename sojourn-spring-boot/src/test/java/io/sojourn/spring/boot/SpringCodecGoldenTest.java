package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.SpringCodec;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import org.springframework.security.web.webauthn.api.AttestationConveyancePreference;
import org.springframework.security.web.webauthn.api.AuthenticatorAttachment;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.ImmutableAuthenticationExtensionsClientInput;
import org.springframework.security.web.webauthn.api.ImmutableAuthenticationExtensionsClientInputs;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialDescriptor;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialParameters;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;

/**
 * What a released version of {@link SpringCodec} wrote stays readable for ever, in each form that a value can have. The files under
 * {@code golden/spring} are never changed. A new form gets a new file: {@code -Dgolden.write=true} writes those that are not there yet.
 * Whole sessions of each version of Spring Boot are in {@link OtherBootVersionTest}.
 */
class SpringCodecGoldenTest {

    private static final Path FOLDER =
            Path.of("..", "sojourn-spring-boot", "src", "test", "resources", "golden", "spring");

    private static final String CALLBACK =
            "org.springframework.web.context.request.ServletRequestAttributes.DESTRUCTION_CALLBACK.cart";

    private static final int BYTES_A_LINE = 32;

    private final SpringCodec codec = SpringCodec.builder()
            .allow(Line.class.getName(), Basket.class.getName())
            .build();

    /** Not serializable, so it is stored as CBOR. */
    record Line(String item, int count) {}

    record Basket(List<String> items) implements Serializable {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // Of strings, in a list of the JDK.
        Basket {}
    }

    private static Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", "caf\u00e9 \ud83d");
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("list", new ArrayList<>(List.of(1, 2L, true)));
        plain.put("at", Instant.ofEpochSecond(1_893_456_000, 7));
        plain.put("locale", Locale.GERMANY);
        values.put("plain", plain);
        values.put("record", new Line("tea", 2));
        values.put("serializable", new Basket(new ArrayList<>(List.of("tea", "biscuits"))));
        values.put("csrf-token", new DefaultCsrfToken("X-CSRF-TOKEN", "_csrf", "token"));
        values.put("exception", new LockedException("no", new OfTheApplication("because")));
        values.put("passkey-registration", registration());
        return values;
    }

    private static PublicKeyCredentialCreationOptions registration() {
        return PublicKeyCredentialCreationOptions.builder()
                .rp(PublicKeyCredentialRpEntity.builder()
                        .name("Shop")
                        .id("shop.example")
                        .build())
                .user(ImmutablePublicKeyCredentialUserEntity.builder()
                        .name("ada")
                        .displayName("Ada Lovelace")
                        .id(new Bytes(new byte[] {1, 2, 3}))
                        .build())
                .challenge(new Bytes(new byte[] {4, 5, 6}))
                .pubKeyCredParams(PublicKeyCredentialParameters.EdDSA, PublicKeyCredentialParameters.RS256)
                .timeout(Duration.ofMinutes(5))
                .excludeCredentials(List.of(PublicKeyCredentialDescriptor.builder()
                        .id(new Bytes(new byte[] {7}))
                        .transports(Set.of(AuthenticatorTransport.USB))
                        .build()))
                .authenticatorSelection(AuthenticatorSelectionCriteria.builder()
                        .authenticatorAttachment(AuthenticatorAttachment.PLATFORM)
                        .residentKey(ResidentKeyRequirement.REQUIRED)
                        .userVerification(UserVerificationRequirement.REQUIRED)
                        .build())
                .attestation(AttestationConveyancePreference.DIRECT)
                .extensions(new ImmutableAuthenticationExtensionsClientInputs(
                        ImmutableAuthenticationExtensionsClientInput.credProps))
                .build();
    }

    static Set<String> names() {
        return values().keySet();
    }

    private static Object value(String name) {
        return Objects.requireNonNull(values().get(name), name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void isReadAsWhatWasWritten(String name) throws IOException {
        Object read = codec.decode(name, golden(name));
        if (read instanceof Exception thrown) {
            assertThat(thrown).isExactlyInstanceOf(LockedException.class).hasMessage("no");
            assertThat(thrown.getCause()).hasMessage(OfTheApplication.class.getName() + ": because");
        } else {
            assertThat(read)
                    .hasSameClassAs(value(name))
                    .usingRecursiveComparison()
                    .isEqualTo(value(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "plain", "record", "serializable"})
    void isWrittenByteForByteAsBefore(String name) throws IOException {
        assertThat(codec.encode(name, value(name))).isEqualTo(golden(name));
    }

    /** Its bean is in the session, so one byte is enough. */
    @Test
    void theCallbackOfAScopedBeanIsRead() {
        Object read = codec.decode(CALLBACK, new byte[] {5});
        assertThat(codec.encode(CALLBACK, read)).containsExactly(5);
    }

    private static Path file(String name) {
        return FOLDER.resolve(name + ".hex");
    }

    private static byte[] golden(String name) throws IOException {
        assertThat(file(name)).as("-Dgolden.write=true writes it").exists();
        String text = Files.readString(file(name), StandardCharsets.US_ASCII);
        return HexFormat.of().parseHex(text.replace("\n", ""));
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = "true")
    void writeThoseThatAreMissing() throws IOException {
        Files.createDirectories(FOLDER);
        for (String name : names()) {
            if (!Files.exists(file(name))) {
                String hex = HexFormat.of().formatHex(codec.encode(name, value(name)));
                String lines =
                        hex.replaceAll(".{" + 2 * BYTES_A_LINE + "}", "$0\n").stripTrailing() + "\n";
                Files.writeString(file(name), lines, StandardOpenOption.CREATE_NEW);
            }
        }
    }

    /** Not allowed, so something else is stored in its place. */
    static class OfTheApplication extends RuntimeException {
        private static final long serialVersionUID = 1;

        OfTheApplication(String message) {
            super(message);
        }
    }
}
