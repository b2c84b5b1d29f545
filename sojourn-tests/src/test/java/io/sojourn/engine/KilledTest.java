package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.LimitPolicy;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SojournException;
import io.sojourn.format.PackedRecord;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process is killed at each step of whatever it does with signed-in sessions. Afterwards another one still finds exactly
 * the sessions that live, ends all of them, and nothing is left that lasts for ever.
 */
@Tag("slow")
class KilledTest {

    private static final int LIMIT = 3;

    /** What is done, given a manager that dies and a session of Ada's that a healthy one has stored. */
    private record Deed(String name, Consumer<Scene> doing) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Deed> DEEDS = List.of(
            new Deed("create", scene -> {
                Session session = scene.dying().create();
                scene.ids.add(session.id());
                session.signIn("ada");
                scene.dying().save(session);
            }),
            new Deed("bind", scene -> {
                Session session = scene.dying().find(scene.nobodys.token()).orElseThrow();
                session.signIn("ada");
                session.index("tenant", "acme");
                scene.dying().save(session);
            }),
            new Deed("bind to another", scene -> {
                Session session = scene.dying().find(scene.adas.token()).orElseThrow();
                session.signIn("bob");
                scene.dying().save(session);
            }),
            new Deed("sign out", scene -> {
                Session session = scene.dying().find(scene.adas.token()).orElseThrow();
                session.signOut();
                scene.dying().save(session);
            }),
            new Deed("rotate", scene -> scene.dying().update(scene.adas.token(), Session::rotate)),
            new Deed("use", scene -> {
                scene.clock.advance(Duration.ofMinutes(20));
                scene.dying().save(scene.dying().find(scene.adas.token()).orElseThrow());
            }),
            new Deed("revoke", scene -> scene.dying().revoke(scene.adas)),
            new Deed("revoke by id", scene -> scene.dying().revoke(scene.adas.id())),
            new Deed("revoke all", scene -> scene.dying().revokeAll("ada")),
            new Deed("revoke others", scene -> scene.dying().revokeOthers(scene.adas)),
            new Deed("find", scene -> {
                scene.healthy.revoke(scene.adas.id());
                scene.dying().findByPrincipal("ada");
            }));

    private static Stream<Arguments> deeds() {
        return DEEDS.stream()
                .flatMap(deed -> Stream.of(true, false)
                        .flatMap(lastArrives ->
                                Stream.of("memory", "redis").map(backend -> Arguments.of(deed, lastArrives, backend))));
    }

    private static final class Scene {
        final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
        final SessionStore store;
        final SessionManager healthy;
        final Session adas;
        final Session nobodys;
        final List<SessionId> ids = new ArrayList<>();
        final DyingStore dyingStore;
        private final SessionManager dying;

        Scene(SessionStore store, int calls, boolean lastArrives) {
            this.store = store;
            healthy = manager(store);
            adas = stored("ada");
            stored("ada");
            stored("ada");
            nobodys = stored("");
            dyingStore = new DyingStore(store, calls, lastArrives);
            dying = manager(dyingStore.asStore());
        }

        SessionManager dying() {
            return dying;
        }

        private SessionManager manager(SessionStore over) {
            return SessionManager.create(
                    over,
                    SessionSettings.builder()
                            .clock(clock)
                            .maxSessionsPerPrincipal(LIMIT)
                            .whenLimitReached(LimitPolicy.END_OLDEST)
                            .observer(new Heard())
                            .build());
        }

        private Session stored(String principal) {
            Session session = healthy.create();
            session.set("a", 1);
            if (!principal.isEmpty()) {
                session.signIn(principal);
            }
            healthy.save(session);
            ids.add(session.id());
            return session;
        }

        /** Looked at behind the engine's back. */
        Set<SessionId> living(String principal) {
            return ids.stream().filter(id -> principal.equals(principalOf(id))).collect(Collectors.toSet());
        }

        private String principalOf(SessionId id) {
            Optional<StoredSession> stored =
                    store.load(id).toCompletableFuture().join();
            return stored.map(there -> PackedRecord.parse(
                                    Objects.requireNonNull(there.parts().get("r")))
                            .header()
                            .principal())
                    .orElse("");
        }

        Set<SessionId> found(String principal) {
            return healthy.findByPrincipal(principal).stream()
                    .map(SessionInfo::id)
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void whereverAProcessIsKilledTheIndexMissesNoSession(Deed deed, boolean lastArrives, String backend) {
        boolean died = true;
        for (int calls = 0; died; calls++) {
            assertThat(calls).as("steps").isLessThan(30);
            try (RedisBackend redis = backend.equals("redis") ? new RedisBackend() : null) {
                SessionStore store = redis == null ? new MemoryBackend().store() : redis.store();
                Scene scene = new Scene(store, calls, lastArrives);
                try {
                    deed.doing.accept(scene);
                } catch (SojournException killed) {
                    assertThat(scene.dyingStore.hasDied()).isTrue();
                }
                died = scene.dyingStore.hasDied();
                for (String principal : List.of("ada", "bob")) {
                    assertThat(scene.found(principal)).isEqualTo(scene.living(principal));
                }
                assertThat(scene.living("ada")).hasSizeLessThanOrEqualTo(LIMIT);
                if (redis != null) {
                    redis.assertEveryKeyEnds();
                }
                int living = scene.living("ada").size();
                assertThat(scene.healthy.revokeAll("ada")).isEqualTo(living);
                assertThat(scene.living("ada")).isEmpty();
                int bobs = scene.living("bob").size();
                assertThat(scene.healthy.revokeAll("bob")).isEqualTo(bobs);
                assertThat(scene.living("bob")).isEmpty();
                if (redis != null) {
                    redis.assertEveryKeyEnds();
                }
            }
        }
    }
}
