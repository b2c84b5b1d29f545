package io.sojourn.spring.boot;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider, as far as a client needs one: discovery, authorization (each visitor is Grace at once), tokens, keys.
 */
final class AuthorizationServer implements AutoCloseable {

    static final String SUBJECT = "grace";

    private final HttpServer server;
    private final RSAKey key;
    /** What the ID token must say, by the code that was given for it. */
    private final Map<String, JWTClaimsSet> codes = new ConcurrentHashMap<>();

    private AuthorizationServer() throws IOException, JOSEException {
        key = new RSAKeyGenerator(2048).keyID("of the test").generate();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/openid-configuration", this::discovery);
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext("/user", exchange -> json(exchange, "{\"sub\": \"" + SUBJECT + "\"}"));
        server.createContext("/keys", exchange -> json(exchange, new JWKSet(key.toPublicJWK()).toString()));
        server.start();
    }

    static AuthorizationServer start() {
        try {
            return new AuthorizationServer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void discovery(HttpExchange exchange) throws IOException {
        json(exchange, """
                {"issuer": "ISSUER", "authorization_endpoint": "ISSUER/authorize", "token_endpoint": "ISSUER/token",
                 "jwks_uri": "ISSUER/keys", "userinfo_endpoint": "ISSUER/user", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "profile"]}
                """.replace("ISSUER", issuer()));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> query = parameters(exchange.getRequestURI().getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, idToken(UUID.randomUUID().toString(), query.get("nonce")));
        String back = Objects.requireNonNull(query.get("redirect_uri"));
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        back + "?code=" + code + "&state=" + encoded(Objects.requireNonNull(query.get("state"))));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private JWTClaimsSet idToken(String sid, @Nullable String nonce) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(SUBJECT)
                .audience("shop")
                .claim("nonce", nonce)
                .claim("sid", sid)
                .claim("name", "Grace Hopper")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build();
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        JWTClaimsSet claims = codes.remove(Objects.requireNonNull(form.get("code")));
        if (claims == null) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        json(exchange, """
                {"access_token": "access token of grace", "token_type": "Bearer", "expires_in": 300, "scope": "openid profile",
                 "id_token": "%s"}
                """.formatted(signed("JWT", claims)));
    }

    /** What the provider sends to clients when the user of a session signs out there; without a {@code sid}, of all sessions. */
    String logoutToken(@Nullable String sid) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience("shop")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        if (sid == null) {
            claims.subject(SUBJECT);
        } else {
            claims.claim("sid", sid);
        }
        return signed("logout+jwt", claims.build());
    }

    private String signed(String type, JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType(type))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private static void json(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Map<String, String> parameters(String query) {
        return Arrays.stream(query.split("&", -1))
                .map(pair -> List.of(pair.split("=", 2)))
                .collect(Collectors.toMap(pair -> decoded(pair.get(0)), pair -> decoded(pair.get(1))));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
