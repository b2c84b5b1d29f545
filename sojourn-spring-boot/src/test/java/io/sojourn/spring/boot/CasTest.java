package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.app.TestApplication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apereo.cas.client.authentication.AttributePrincipal;
import org.apereo.cas.client.authentication.AttributePrincipalImpl;
import org.apereo.cas.client.proxy.Cas20ProxyRetriever;
import org.apereo.cas.client.ssl.HttpsURLConnectionFactory;
import org.apereo.cas.client.validation.AssertionImpl;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.cas.ServiceProperties;
import org.springframework.security.cas.authentication.CasAuthenticationToken;
import org.springframework.security.cas.web.authentication.ServiceAuthenticationDetailsSource;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What Spring Security keeps in a session at a sign-in by CAS. There is no CAS server. */
class CasTest {

    private static final List<SimpleGrantedAuthority> ROLES = List.of(new SimpleGrantedAuthority("ROLE_USER"));
    private static final Map<String, Object> ATTRIBUTES =
            Map.of("mail", "grace@example.org", "groups", List.of("staff", "admins"));

    private final SpringCodec codec = SpringCodec.builder().build();

    /** Signs in as Spring Security does when the CAS server has confirmed the ticket. */
    @RestController
    static class Provider {

        @PostMapping("/public/cas")
        String signIn(HttpServletRequest request, HttpServletResponse response) {
            new HttpSessionSecurityContextRepository()
                    .saveContext(context(new AttributePrincipalImpl("grace", ATTRIBUTES), request), request, response);
            return "signed in";
        }
    }

    private static SecurityContextImpl context(AttributePrincipal principal, HttpServletRequest request) {
        User user = new User("grace", "", ROLES);
        CasAuthenticationToken token = new CasAuthenticationToken(
                "key of all nodes",
                user,
                "ST-1-ticket",
                ROLES,
                user,
                new AssertionImpl(
                        principal,
                        Date.from(Instant.EPOCH),
                        null,
                        Date.from(Instant.EPOCH.plusSeconds(1)),
                        Map.of("isFromNewLogin", "true")));
        ServiceProperties service = new ServiceProperties();
        service.setService("https://shop.example/login/cas");
        service.afterPropertiesSet();
        token.setDetails(new ServiceAuthenticationDetailsSource(service).buildDetails(request));
        return new SecurityContextImpl(token);
    }

    private static CasAuthenticationToken token(SecurityContextImpl context) {
        return (CasAuthenticationToken) Objects.requireNonNull(context.getAuthentication());
    }

    @Test
    void signedInUserGoesOnOnTheOtherNode() {
        try (Nodes nodes = Nodes.start(List.of(TestApplication.class, Provider.class))) {
            Browser browser = nodes.browser();
            assertThat(browser.submit("/public/cas").body()).isEqualTo("signed in");
            for (int node = 0; node < 2; node++) {
                assertThat(browser.get("/private").body()).isEqualTo("hello grace");
                assertThat(browser.get("/kind").body()).isEqualTo("CasAuthenticationToken");
            }
            assertThat(nodes.one().sessions().revokeAll("grace")).isEqualTo(1);
        }
    }

    @Test
    void signInComesBackEqual() {
        SecurityContextImpl value = context(new AttributePrincipalImpl("grace", ATTRIBUTES), request());
        Object read = codec.decode("a", codec.encode("a", value));
        assertThat(read).usingRecursiveComparison().isEqualTo(value);
        CasAuthenticationToken token = token((SecurityContextImpl) read);
        assertThat(token.getAssertion().getPrincipal().getAttributes()).isEqualTo(ATTRIBUTES);
        assertThat(token.getDetails()).isEqualTo(token(value).getDetails());
    }

    /** It opens connections to an address that it holds, which an attacker with access to Redis could choose. */
    @Test
    void whatFetchesProxyTicketsIsRefusedUnlessTheApplicationAllowsIt() {
        SecurityContextImpl value = context(
                new AttributePrincipalImpl(
                        "grace",
                        ATTRIBUTES,
                        "PGT-1-ticket",
                        new Cas20ProxyRetriever("https://cas.example", "UTF-8", new HttpsURLConnectionFactory())),
                request());
        assertThatThrownBy(() -> codec.encode("a", value))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("org.apereo.cas.client.proxy.Cas20ProxyRetriever")
                .hasMessageContaining("sojourn.allowed-types");
        SpringCodec allowing = SpringCodec.builder()
                .allow("org.apereo.cas.client.proxy", "org.apereo.cas.client.ssl")
                .build();
        assertThat(allowing.decode("a", allowing.encode("a", value))).isInstanceOf(SecurityContextImpl.class);
    }

    private static MockHttpServletRequest request() {
        return new MockHttpServletRequest("GET", "/login/cas");
    }
}
