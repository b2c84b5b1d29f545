package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The library that {@code docs/logging.md} names sends the lines to Logback, and the first line has the version. */
class LoggingTest {

    @Test
    void bridgeThatThePageNamesSendsTheLinesToLogback() {
        assertThat(Page.named("docs/logging.md").text())
                .contains("<artifactId>slf4j-jdk-platform-logging</artifactId>");
        Logger logger = (Logger) LoggerFactory.getLogger("io.sojourn.redis");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (RedisServer redis = RedisServers.start();
                RedisStore store = RedisStore.connect(redis.uri())) {
            store.ping();
            String version = RedisStore.class.getPackage().getImplementationVersion();
            await().untilAsserted(() -> assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.startsWith("Sessions are in 127.0.0.1:" + redis.port())
                            && (version == null || line.endsWith("; Sojourn " + version))));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** The build packs it before this test runs; an editor that runs the test from classes has none. */
    @Test
    void jarsNameTheirVersion() {
        boolean packed = RedisStore.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath()
                .endsWith(".jar");
        assertThat(RedisStore.class.getPackage().getImplementationVersion() != null)
                .isEqualTo(packed);
    }
}
