package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.counted.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.URL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;
import org.springframework.security.oauth2.core.user.OAuth2UserAuthority;

/** {@code java.net.URL} asks the network for its host when it is hashed or compared; reading a session never does so. */
class UrlsInSerializedFormTest {

    private static final String HANDLERS = "java.protocol.handler.pkgs";

    private final SpringCodec codec = SpringCodec.builder().build();

    @BeforeAll
    static void countLookups() {
        System.setProperty(HANDLERS, Handler.PACKAGE);
    }

    @AfterAll
    static void countNoMore() {
        System.clearProperty(HANDLERS);
    }

    @BeforeEach
    void begin() {
        Handler.LOOKUPS.set(0);
    }

    private static URL url() throws IOException {
        return new URL("counted://host.invalid/");
    }

    /** None of them has been hashed with its URL, so each asks for the host once it is read, or might do so. */
    static Stream<Object> hashedUrls() throws IOException {
        List<Object> list = new ArrayList<>();
        Set<Object> inSet = new HashSet<>();
        inSet.add(list);
        list.add(url());

        List<Object> key = new ArrayList<>();
        Map<Object, Object> asKey = new HashMap<>();
        asKey.put(key, "value");
        key.add(url());

        List<Object> around = new ArrayList<>();
        Set<Object> inItself = new HashSet<>();
        inItself.add(around);
        around.add(url());
        around.add(inItself);

        List<Object> deeper = new ArrayList<>();
        Set<GrantedAuthority> authorities = new LinkedHashSet<>();
        authorities.add(new OAuth2UserAuthority(Map.of("sites", deeper)));
        deeper.add(url());

        List<Object> later = new ArrayList<>();
        Set<Object> leadsToIt = new HashSet<>();
        List<Object> back = new ArrayList<>();
        leadsToIt.add(back);
        back.add(later);
        later.add(leadsToIt);
        later.add(url());
        return Stream.of(inSet, asKey, around, authorities, later);
    }

    @ParameterizedTest
    @MethodSource("hashedUrls")
    void hashedUrlIsRefusedBeforeItsHostIsAskedFor(Object value) throws IOException {
        byte[] stored = serialized(value);
        assertThatThrownBy(() -> codec.decode("value", stored))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageContaining("java.net.URL")
                .hasMessageContaining("store a URI");
        assertThat(Handler.LOOKUPS).hasValue(0);
        assertThatThrownBy(() -> codec.encode("value", value)).isInstanceOf(ValueNotAcceptedException.class);
        assertThat(Handler.LOOKUPS).hasValue(0);
    }

    @Test
    void userOfOpenIdConnectIsReadWithoutAskingForTheHostOfItsIssuer() throws IOException {
        OidcIdToken token = new OidcIdToken(
                "value", Instant.EPOCH, Instant.EPOCH.plusSeconds(60), Map.of("sub", "grace", "iss", url()));
        Set<GrantedAuthority> authorities = new LinkedHashSet<>();
        authorities.add(new OidcUserAuthority(token));
        authorities.add(new OAuth2UserAuthority(Map.of("login", "grace", "site", url())));
        SecurityContextImpl context = new SecurityContextImpl(
                new OAuth2AuthenticationToken(new DefaultOidcUser(authorities, token), authorities, "test"));
        SecurityContextImpl read = (SecurityContextImpl) codec.decode("value", codec.encode("value", context));
        Authentication user = Objects.requireNonNull(read.getAuthentication());
        assertThat(user.getName()).isEqualTo("grace");
        assertThat(user.getAuthorities()).hasSize(2);
        assertThat(Handler.LOOKUPS).hasValue(0);
    }

    @Test
    void urlThatIsNotHashedIsKept() throws IOException {
        List<Object> value =
                new ArrayList<>(List.of(url(), Map.of("site", url()).get("site")));
        assertThat(codec.decode("value", codec.encode("value", value)).toString())
                .isEqualTo("[counted://host.invalid/, counted://host.invalid/]");
        assertThat(Handler.LOOKUPS).hasValue(0);
    }

    /** As of entities whose children know their parent. */
    @Test
    void setThatItsElementsLeadToIsTakenBesideAUrlThatTheyDoNotLeadTo() throws IOException {
        List<Object> child = new ArrayList<>(List.of("child"));
        Set<Object> children = new HashSet<>();
        children.add(child);
        child.add(children);
        List<Object> user = new ArrayList<>(List.of("ada", url()));
        user.add(children);
        List<?> read = (List<?>) codec.decode("value", codec.encode("value", user));
        assertThat(read.get(1)).hasToString("counted://host.invalid/");
        Object childRead = ((Set<?>) read.get(2)).iterator().next();
        assertThat(((List<?>) childRead).get(1)).isSameAs(read.get(2));
        assertThat(Handler.LOOKUPS).hasValue(0);
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(3); // The form of SpringCodec.
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }
}
