package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is signed in where, and how that ends, with one node asked and the other one refusing. */
class DevicesTest {

    private static final String PHONE =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1";

    @SuppressWarnings("NullAway.Init") // set before all
    private static Stage stage;

    private final Visitor laptop = new Visitor();
    private final Visitor phone = new Visitor().with("User-Agent", PHONE);
    private final Visitor bob = new Visitor();

    @BeforeAll
    static void open() {
        stage = Stage.open(RedisServers.preferred());
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @BeforeEach
    void signIn() {
        stage.probe().call("FLUSHALL");
        laptop.post(stage.node(1) + "/api/login", "{\"user\":\"ada\"}");
        phone.post(stage.node(2) + "/api/login", "{\"user\":\"ada\"}");
        bob.post(stage.node(1) + "/api/login", "{\"user\":\"bob\"}");
    }

    private static List<Map<String, Object>> devices(Visitor visitor) {
        return visitor.get(stage.node(1) + "/api/devices").list();
    }

    private static String idOf(Visitor visitor) {
        return visitor.token().substring(0, 22);
    }

    private static Reply delete(Visitor visitor, String id) {
        return visitor.send("DELETE", stage.node(1) + "/api/devices/" + id, "");
    }

    /** On its very next request, at the node that was not asked. */
    private static void assertSignedOut(Visitor visitor) {
        assertThat(visitor.get(stage.node(2) + "/api/session").status()).isEqualTo(204);
    }

    private static void assertSignedIn(Visitor visitor, String user) {
        assertThat(visitor.get(stage.node(2) + "/api/session").json()).containsEntry("user", user);
    }

    @Test
    void devicesAreToldWithAllTheirNamesTheCurrentOneFirst() {
        List<Map<String, Object>> devices = devices(laptop);
        assertThat(devices).hasSize(2).allSatisfy(device -> {
            assertThat(device).containsOnlyKeys("id", "current", "createdAt", "lastAccessedAt", "userAgent");
            assertThat(Instant.parse((String) device.get("createdAt")))
                    .isBeforeOrEqualTo(Instant.parse((String) device.get("lastAccessedAt")));
        });
        assertThat(devices.get(0)).containsEntry("id", idOf(laptop)).containsEntry("current", true);
        assertThat((String) devices.get(0).get("userAgent")).startsWith("Java-http-client/");
        assertThat(devices.get(1))
                .containsEntry("id", idOf(phone))
                .containsEntry("current", false)
                .containsEntry("userAgent", PHONE);
        assertThat(devices(phone).get(0)).containsEntry("id", idOf(phone)).containsEntry("current", true);
    }

    @Test
    void noListHoldsASecret() {
        Reply reply = laptop.get(stage.node(1) + "/api/devices");
        assertThat(reply.body()).doesNotContain(laptop.secrets()).doesNotContain(phone.secrets());
        assertThat(reply.header("Cache-Control")).hasValue("no-store");
    }

    @Test
    void anotherDeviceThatIsSignedOutIsRefusedByTheOtherNodeAtOnce() {
        assertSignedIn(phone, "ada");
        assertThat(delete(laptop, idOf(phone)).status()).isEqualTo(204);
        assertSignedOut(phone);
        assertSignedIn(laptop, "ada");
        assertThat(devices(laptop)).hasSize(1);
        assertThat(phone.get(stage.node(2) + "/api/devices").status()).isEqualTo(401);
    }

    @Test
    void currentDeviceCanBeSignedOutAsAnyOther() {
        String id = idOf(laptop);
        assertThat(delete(laptop, id).setCookie().orElseThrow()).contains("Max-Age=0");
        assertThat(laptop.token()).isEmpty();
        assertThat(stage.sessions()).hasSize(2).doesNotContain("sojourn:" + id);
        assertSignedIn(phone, "ada");
    }

    @Test
    void somebodyElsesDeviceIsAsUnknownAsOneThatThereNeverWas() {
        Reply bobs = delete(laptop, idOf(bob));
        Reply none = delete(laptop, "AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(bobs.status()).isEqualTo(404);
        assertThat(bobs.body()).isEqualTo(none.body());
        assertThat(none.status()).isEqualTo(404);
        assertSignedIn(bob, "bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a%2Fb", "@principal", "AAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBBB"})
    void whatIsNoIdEndsNothing(String id) {
        assertThat(delete(laptop, id).status()).isIn(400, 404); // Tomcat refuses an encoded slash by itself.
        assertThat(stage.sessions()).hasSize(3);
    }

    @Test
    void allOthersCanBeSignedOut() {
        Reply reply = laptop.post(stage.node(1) + "/api/logout-others");
        assertThat(reply.json()).isEqualTo(Map.of("revoked", 1));
        assertSignedOut(phone);
        assertSignedIn(laptop, "ada");
        assertSignedIn(bob, "bob");
    }

    @Test
    void signingOutEverywhereEndsThisDeviceToo() {
        Reply reply = laptop.post(stage.node(1) + "/api/logout-everywhere");
        assertThat(reply.json()).isEqualTo(Map.of("revoked", 2));
        assertThat(laptop.token()).isEmpty();
        assertSignedOut(phone);
        assertSignedIn(bob, "bob");
        assertThat(stage.sessions()).hasSize(1);
    }

    @Test
    void administratorSignsAnybodyOutWithOrWithoutASession() {
        String url = stage.node(1) + "/api/admin/revoke";
        assertThat(new Visitor().post(url, "{\"user\":\"ada\"}").json()).isEqualTo(Map.of("revoked", 2));
        assertSignedOut(laptop);
        assertSignedOut(phone);
        assertThat(bob.post(url, "{\"user\":\"ada\"}").json()).isEqualTo(Map.of("revoked", 0));
        assertSignedIn(bob, "bob");
        assertThat(bob.post(url, "{\"user\":\"bob\"}").json()).isEqualTo(Map.of("revoked", 1));
        assertSignedOut(bob);
        assertThat(bob.post(url, "[]").status()).isEqualTo(400);
    }

    @Test
    void slowRequestOfADeviceThatWasSignedOutBringsNothingBack() {
        Visitor slow = new Visitor(phone.token());
        CompletableFuture<Reply> late =
                stage.whileItDawdles(() -> slow.post(stage.node(2) + "/api/visits?delayMs=700"));
        assertThat(delete(laptop, idOf(phone)).status()).isEqualTo(204);
        assertThat(late.join().setCookie()).isEmpty();
        assertSignedOut(phone);
    }

    @Test
    void whoSignsInToASessionThatEndsMeanwhileIsNotToldThatItWorked() {
        Visitor slow = new Visitor(phone.token());
        CompletableFuture<Reply> late =
                stage.whileItDawdles(() -> slow.post(stage.node(2) + "/api/login?delayMs=700", "{\"user\":\"eve\"}"));
        assertThat(delete(laptop, idOf(phone)).status()).isEqualTo(204);
        assertThat(late.join().status()).isEqualTo(409);
        assertThat(late.join().setCookie()).isEmpty();
    }

    @Test
    void signInWithACookieThatWasReplacedAMomentAgoGetsASessionOfItsOwn() {
        Visitor late = new Visitor(laptop.token());
        laptop.post(stage.node(1) + "/api/login", "{\"user\":\"ada\"}");
        Reply reply = late.post(stage.node(2) + "/api/login", "{\"user\":\"eve\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.setCookie()).isPresent();
        assertSignedIn(late, "eve");
        assertSignedIn(laptop, "ada");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/devices",
        "DELETE, /api/devices/AAAAAAAAAAAAAAAAAAAAAA",
        "POST,   /api/logout-others",
        "POST,   /api/logout-everywhere"
    })
    void whoIsNotSignedInIsToldSo(String method, String path) {
        Visitor visitor = new Visitor();
        assertThat(visitor.send(method, stage.node(1) + path, "").status()).isEqualTo(401);
        visitor.post(stage.node(1) + "/api/visits"); // A session, and nobody signed in to it.
        Reply reply = visitor.send(method, stage.node(1) + path, "");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json()).containsOnlyKeys("error");
        assertThat(stage.sessions()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void pagesOfOtherSitesChangeNothing(String site) {
        Visitor browser = new Visitor(laptop.token()).with("Sec-Fetch-Site", site);
        for (String path : List.of("/api/logout-everywhere", "/api/logout", "/api/admin/revoke", "/api/visits")) {
            assertThat(browser.post(stage.node(1) + path, "{\"user\":\"ada\"}").status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(stage.sessions()).hasSize(3);
        assertSignedIn(laptop, "ada");
    }

    @Test
    void pagesOfOtherSitesAreKnownByTheirOriginWhereTheBrowserSaysNoMore() {
        String url = stage.node(1) + "/api/admin/revoke";
        for (String origin : List.of("http://evil.example", "null", stage.node(2))) {
            Visitor browser = new Visitor().with("Origin", origin);
            assertThat(browser.post(url, "{\"user\":\"ada\"}").status())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(stage.sessions()).hasSize(3);
        assertThat(new Visitor()
                        .with("Origin", stage.node(1))
                        .post(url, "{\"user\":\"ada\"}")
                        .status())
                .isEqualTo(200);
    }
}
