package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.events.EventPublisher;
import io.sojourn.admin.events.EventStream;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The rights that docs/admin.md lists are enough, and what is missing is said in the server's words. */
class AdminRightsTest {

    private static String documented(String page, String name) throws IOException {
        Matcher block = Pattern.compile("<!-- rights: " + name + " -->\\s+ACL SETUSER \\S+ on >\\S+ (.*)")
                .matcher(Files.readString(Path.of("..", "docs", page)));
        assertThat(block.find()).as(page + " lists rights").isTrue();
        return block.group(1);
    }

    private static RedisStore open(RedisServer server, String user) {
        return RedisStore.builder()
                .uri(server.uri().replace("://", "://" + user + ":tea@"))
                .timeout(Duration.ofSeconds(20))
                .connect();
    }

    @Test
    void theListedRightsAreEnough() throws IOException {
        try (RedisServer server = RedisServers.start("user operator on >tea " + documented("admin.md", "admin"));
                RedisStore redis = open(server, "operator");
                RedisProbe probe = server.probe()) {
            SessionManager sessions = SessionManager.create(redis);
            Session session = sessions.create();
            session.signIn("ada");
            session.set("picture", new byte[5_000]);
            sessions.save(session);
            SessionAdmin admin = SessionAdmin.builder(redis).build();

            assertThat(admin.count().sessions()).isEqualTo(1);
            assertThat(admin.list(SessionFilter.all(), null, 10).sessions()).hasSize(1);
            assertThat(admin.signedIn(null, 10).principals()).hasSize(1);
            assertThat(admin.show(session.id()).orElseThrow().timeToLive()).isPresent();
            assertThat(admin.show(session.id()).orElseThrow().memory()).isPresent();
            assertThat(admin.sizes(10).sampled()).isEqualTo(1);
            assertThat(admin.endAll("ada")).isEqualTo(1);
            assertThat(admin.why(session.id())).isNotNull();
            assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
        }
    }

    /** The row of docs/command-line.md for the doctor, beside the rights of the admin. */
    @Test
    void theRightsThatAreListedForTheDoctorAreEnough() throws IOException {
        Matcher row = Pattern.compile("\\| `doctor` \\| those of the admin, and `([^`]+)`")
                .matcher(Files.readString(Path.of("..", "docs", "command-line.md")));
        assertThat(row.find()).isTrue();
        String rights = documented("admin.md", "admin") + " " + row.group(1).replace("\\|", "|");
        try (RedisServer server = RedisServers.start("user operator on >tea " + rights);
                RedisStore redis = open(server, "operator")) {
            Diagnosis diagnosis = SessionAdmin.builder(redis).build().doctor().examine();
            // What the doctor tries for features that this user is not to have, and nothing else, is refused.
            assertThat(diagnosis.findings().stream().map(Finding::code).filter(code -> code.startsWith("rights-")))
                    .contains("rights-near-cache")
                    .doesNotContain("rights-sessions", "rights-start", "rights-admin", "rights-doctor", "rights-keys");
        }
    }

    @Test
    void theRightsThatAreListedForEventsAreEnough() throws IOException {
        Matcher line = Pattern.compile("a node needs `([^`]+)`.* needs `([^`]+)`")
                .matcher(Files.readString(Path.of("..", "docs", "admin.md")));
        assertThat(line.find()).isTrue();
        try (RedisServer server = RedisServers.start(
                        "user shop on >tea " + documented("redis.md", "one server") + " " + line.group(1),
                        "user operator on >tea " + documented("admin.md", "admin") + " " + line.group(2));
                RedisStore shop = open(server, "shop");
                RedisStore redis = open(server, "operator");
                RedisProbe probe = server.probe()) {
            SessionManager sessions = SessionManager.create(
                    shop,
                    SessionSettings.builder().alsoObserve(new EventPublisher()).build());
            Session session = sessions.create();
            session.signIn("ada");
            sessions.save(session);
            EventStream events = SessionAdmin.builder(redis).build().events();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(events.last(10)).hasSize(2));
            assertThat(events.of(session.id())).hasSize(2);
            assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
        }
    }

    @Test
    void aMissingRightIsSaid() throws IOException {
        try (RedisServer server = RedisServers.start("user shop on >tea " + documented("redis.md", "one server"));
                RedisStore redis = open(server, "shop")) {
            assertThatThrownBy(() -> SessionAdmin.builder(redis).build().count())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("SCAN was refused")
                    .hasMessageContaining("NOPERM");
        }
    }

    /** Nothing found is something else than nothing seen. */
    @Test
    void aCountOrAListWithoutTheRightToReadSaysSo() throws IOException {
        String some = documented("admin.md", "admin").replace("+hget ", "").replace("+zrangebyscore ", "");
        try (RedisServer server = RedisServers.start("user operator on >tea " + some);
                RedisStore own = RedisStore.connect(server.uri());
                RedisStore redis = open(server, "operator")) {
            SessionManager sessions = SessionManager.create(own);
            Session session = sessions.create();
            session.signIn("ada");
            sessions.save(session);
            SessionAdmin admin = SessionAdmin.builder(redis).build();
            assertThatThrownBy(admin::count)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("HGET was refused")
                    .hasMessageContaining("NOPERM");
            assertThatThrownBy(() -> admin.signedIn(null, 10))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("ZRANGEBYSCORE was refused")
                    .hasMessageContaining("NOPERM");
        }
    }
}
