package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Old sessions with values that must not, or cannot, be read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class SpringSessionHostileTest {

    /** Counts how often it is read. Its package is not allowed. */
    static final class Trap implements Serializable {
        private static final long serialVersionUID = 1;
        static final AtomicInteger SPRUNG = new AtomicInteger();

        private void readObject(ObjectInputStream in) {
            SPRUNG.incrementAndGet();
        }

        /** As a deserializer of JSON would call it. */
        public void setText(String text) {
            SPRUNG.incrementAndGet();
        }
    }

    private final RedisServer redis = RedisServers.start();
    private final RedisProbe probe = redis.probe();
    private final SpringSessionNodes nodes = new SpringSessionNodes(redis, Repository.PLAIN, Serializer.JACKSON_2);
    private final Node node = nodes.moving();

    @AfterAll
    void stop() {
        node.close();
        probe.close();
        redis.close();
    }

    @BeforeEach
    void clear() {
        probe.call("FLUSHALL");
        Trap.SPRUNG.set(0);
    }

    private static byte[] serialized(Object value) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Browser browserWith(String id) {
        Browser browser = new Browser(List.of(node));
        browser.cookies().put("SESSION", Base64.getEncoder().encodeToString(text(id)));
        return browser;
    }

    private void put(String id, String field, byte[] value) {
        probe.callBytes(text("HSET"), text("spring:session:sessions:" + id), text(field), value);
    }

    private String session() throws Exception {
        return session("kept");
    }

    private String session(String value) throws Exception {
        String id = UUID.randomUUID().toString();
        put(id, "creationTime", serialized(System.currentTimeMillis() - 1000));
        put(id, "lastAccessedTime", serialized(System.currentTimeMillis()));
        put(id, "maxInactiveInterval", serialized(1800));
        put(id, "sessionAttr:value", serialized(value));
        return id;
    }

    @Test
    void classThatIsNotAllowedIsNotReadAndTheRestIsKept(CapturedOutput output) throws Exception {
        String id = session();
        put(id, "sessionAttr:trap", serialized(new Trap()));
        Browser browser = browserWith(id);
        assertThat(browser.get("/public/get").body()).isEqualTo("kept ");
        assertThat(browser.get("/public/note?name=trap").body()).isEqualTo("null");
        assertThat(Trap.SPRUNG).hasValue(0);
        assertThat(output)
                .containsOnlyOnce("A session of Spring Session has an attribute that cannot be read")
                .contains("trap")
                .contains(Trap.class.getName())
                .contains("It is kept as it is");
        String second = session();
        put(second, "sessionAttr:trap", serialized(new Trap()));
        assertThat(browserWith(second).get("/public/get").body()).isEqualTo("kept ");
        assertThat(output).containsOnlyOnce("A session of Spring Session has an attribute that cannot be read");
    }

    @Test
    void valueThatCannotBeReadIsThereAgainOnceItsClassIsAllowed() throws Exception {
        String id = session();
        put(id, "sessionAttr:again", serialized(new Trap()));
        Browser browser = browserWith(id);
        assertThat(browser.get("/public/get").body()).isEqualTo("kept ");
        try (Node allowing = nodes.moving("sojourn.allowed-types=io.sojourn.spring.boot")) {
            Browser again = new Browser(List.of(allowing));
            again.cookies().putAll(browser.cookies());
            assertThat(again.get("/public/note?name=again").body()).startsWith(Trap.class.getName());
        }
    }

    @Test
    void jsonThatNamesAClassThatIsNotAllowedIsNotRead(CapturedOutput output) throws Exception {
        String id = session();
        put(id, "sessionAttr:trap", text("{\"@class\":\"" + Trap.class.getName() + "\",\"text\":\"x\"}"));
        put(id, "sessionAttr:fine", text("\"text\""));
        Browser browser = browserWith(id);
        assertThat(browser.get("/public/get").body()).isEqualTo("kept ");
        assertThat(browser.get("/public/note?name=fine").body()).isEqualTo("text");
        assertThat(browser.get("/public/note?name=trap").body()).isEqualTo("null");
        assertThat(Trap.SPRUNG).hasValue(0);
        assertThat(output).contains(Trap.class.getName()).contains("It is left out");
    }

    @Test
    void garbageIsNoError() throws Exception {
        String id = session();
        put(id, "sessionAttr:zeros", new byte[100]);
        put(id, "sessionAttr:cut", java.util.Arrays.copyOf(serialized("a text"), 8));
        put(id, "sessionAttr:brackets", text("[".repeat(10_000)));
        put(id, "sessionAttr:removed", new byte[0]);
        assertThat(browserWith(id).get("/public/get").body()).isEqualTo("kept ");

        String half = UUID.randomUUID().toString();
        put(half, "lastAccessedTime", serialized(System.currentTimeMillis()));
        assertThat(browserWith(half).get("/public/get").status()).isEqualTo(200);

        String later = session();
        put(later, "creationTime", serialized(Long.MAX_VALUE));
        put(later, "maxInactiveInterval", serialized(-1));
        assertThat(browserWith(later).get("/public/facts").body()).endsWith(" -1");

        String wrong = UUID.randomUUID().toString();
        probe.call("SET", "spring:session:sessions:" + wrong, "text");
        assertThat(browserWith(wrong).get("/public/get").status()).isEqualTo(200);
    }

    @Test
    void sessionThatIsTooLargeLosesItsLargestAttribute(CapturedOutput output) throws Exception {
        String id = session();
        for (int i = 0; i < 3; i++) {
            put(id, "sessionAttr:large" + i + "\r\n2026-11-30 ERROR forged", serialized("x".repeat(3_500_000 - i)));
        }
        assertThat(browserWith(id).get("/public/get").body()).isEqualTo("kept ");
        assertThat(output)
                .contains("\"large0\\u000d\\u000a2026-11-30 ERROR forged\" of a session of Spring Session is left out")
                .doesNotContain("\n2026-11-30 ERROR forged");
    }

    private static String cookie(String id) {
        return "SESSION=" + Base64.getEncoder().encodeToString(text(id)) + "; ";
    }

    private static String planted(int number) {
        return Stream.generate(() -> cookie(UUID.randomUUID().toString()))
                .limit(number)
                .collect(Collectors.joining());
    }

    /** A neighbouring host plants them, so that the visitor's own comes last. */
    @Test
    void plantedTextsThatAreNoOldCookiesDoNotHideAnOldSession() throws Exception {
        String junk =
                IntStream.range(0, 50).mapToObj(i -> "SESSION=junk" + i + "; ").collect(Collectors.joining());
        Browser browser = new Browser(List.of(node));
        assertThat(browser.get("/public/get", "Cookie", junk + cookie(session()))
                        .body())
                .isEqualTo("kept ");
        assertThat(browser.get("/public/get", "Cookie", junk + planted(3) + cookie(session()))
                        .body())
                .isEqualTo("kept ");
    }

    /** A node with Spring Session, which can read what {@link #session} puts. */
    private Node keeping() {
        return new SpringSessionNodes(redis, Repository.PLAIN, Serializer.JDK).keeping();
    }

    /** Spring Session of Boot 3.5 hands the visitor's own cookie out again if it was not the first. */
    private static void assertNoOtherCookie(Browser browser, String own) {
        assertThat(browser.received()).allSatisfy(it -> assertThat(it).startsWith(own));
    }

    /** Of eight old cookies each is tried; those behind the visitor's own cannot hide it, however many they are. */
    @Test
    void plantedIdsDoNotHideAnOldSessionWhereverItStands() throws Exception {
        try (Node keeping = keeping()) {
            for (int before : List.of(0, 3, 7)) {
                for (int behind : List.of(7 - before, 20)) {
                    String good = cookie(session());
                    String cookies = planted(before) + good + planted(behind);
                    Browser beside = new Browser(List.of(keeping));
                    for (int request = 0; request < 2; request++) {
                        Browser.Page page = beside.get("/public/get", "Cookie", cookies);
                        assertThat(page.body()).isEqualTo("kept ");
                    }
                    assertNoOtherCookie(beside, good);
                    assertThat(new Browser(List.of(node))
                                    .get("/public/get", "Cookie", cookies)
                                    .body())
                            .isEqualTo("kept ");
                    assertThat(new Browser(List.of(keeping))
                                    .get("/public/get", "Cookie", cookies)
                                    .body())
                            .as("moved since")
                            .isEqualTo("kept ");
                }
            }
        }
    }

    /** An attacker's own session may have moved, or have another cookie since a sign-in, while the visitor's has not moved. */
    @Test
    void plantedSessionThatHasMovedLocksNobodyOut() throws Exception {
        String moved = session("planted");
        assertThat(browserWith(moved).get("/public/get").body()).isEqualTo("planted ");
        String replaced = session("replaced");
        Browser attacker = browserWith(replaced);
        attacker.signIn("ada", "secret");
        assertThat(attacker.get("/private").body()).isEqualTo("hello ada");
        String good = cookie(session());
        try (Node keeping = keeping()) {
            for (String cookies : List.of(
                    good + cookie(moved),
                    good + cookie(replaced),
                    cookie(replaced) + good,
                    cookie(replaced) + good + planted(20) + cookie(moved))) {
                Browser beside = new Browser(List.of(keeping));
                assertThat(beside.get("/public/get", "Cookie", cookies).body()).isEqualTo("kept ");
                assertNoOtherCookie(beside, good);
            }
            Browser beside = new Browser(List.of(keeping));
            assertThat(beside.get("/public/get", "Cookie", cookie(moved) + good).body())
                    .as("the first that opens a session")
                    .isEqualTo("planted ");
        }
    }

    @Test
    void whereOldCookiesAreLeftOutNoneIsOverwritten(CapturedOutput output) throws Exception {
        String good = cookie(session());
        Browser browser = new Browser(List.of(node));
        try (Node keeping = keeping()) {
            Browser beside = new Browser(List.of(keeping));
            for (int i = 0; i < 2; i++) {
                assertThat(browser.get("/csrf", "Cookie", planted(8) + good).status())
                        .isEqualTo(200);
                assertThat(beside.get("/csrf", "Cookie", planted(8) + good).status())
                        .isEqualTo(200);
            }
            assertThat(browser.received()).isEmpty();
            assertThat(beside.received()).isEmpty();
            assertThat(output.getAll().lines().filter(line -> line.contains("more than 8 session cookies")))
                    .as("once for each node")
                    .hasSize(2);
        }
        assertThat(browser.get("/public/get", "Cookie", good).body()).isEqualTo("kept ");
    }
}
