package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.AttributeCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {

    private static final Map<String, BiFunction<SessionSettings.Builder, Duration, SessionSettings.Builder>> DURATIONS =
            Map.of(
                    "idleTimeout", SessionSettings.Builder::idleTimeout,
                    "absoluteTimeout", SessionSettings.Builder::absoluteTimeout,
                    "touchInterval", SessionSettings.Builder::touchInterval,
                    "renewal", SessionSettings.Builder::renewal);

    private static final Map<String, Function<SessionSettings, Duration>> READ_DURATIONS = Map.of(
            "idleTimeout", SessionSettings::idleTimeout,
            "absoluteTimeout", SessionSettings::absoluteTimeout,
            "touchInterval", SessionSettings::touchInterval,
            "renewal", SessionSettings::renewal);

    private static final Map<String, BiFunction<SessionSettings.Builder, Integer, SessionSettings.Builder>> NUMBERS =
            Map.of(
                    "inlineLimit", SessionSettings.Builder::inlineLimit,
                    "maxAttributes", SessionSettings.Builder::maxAttributes,
                    "maxAttributeBytes", SessionSettings.Builder::maxAttributeBytes,
                    "maxSessionBytes", SessionSettings.Builder::maxSessionBytes,
                    "maxConflicts", SessionSettings.Builder::maxConflicts,
                    "maxSessionsPerPrincipal", SessionSettings.Builder::maxSessionsPerPrincipal);

    private static final Map<String, Integer> LEAST = Map.of(
            "inlineLimit", 0, "maxAttributes", 1, "maxAttributeBytes", 1, "maxSessionBytes", 1, "maxConflicts", 0);

    @Test
    void defaultsAreTheConstantsThatNameThem() {
        SessionSettings defaults = SessionSettings.defaults();
        assertThat(defaults.idleTimeout())
                .isEqualTo(SessionSettings.DEFAULT_IDLE_TIMEOUT)
                .isEqualTo(Duration.ofMinutes(30));
        assertThat(defaults.absoluteTimeout())
                .isEqualTo(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT)
                .isEqualTo(Duration.ofHours(24));
        assertThat(defaults.touchInterval())
                .isEqualTo(SessionSettings.DEFAULT_TOUCH_INTERVAL)
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.extendOnRead())
                .isEqualTo(SessionSettings.DEFAULT_EXTEND_ON_READ)
                .isTrue();
        assertThat(defaults.inlineLimit())
                .isEqualTo(SessionSettings.DEFAULT_INLINE_LIMIT)
                .isEqualTo(2_048);
        assertThat(defaults.maxAttributes())
                .isEqualTo(SessionSettings.DEFAULT_MAX_ATTRIBUTES)
                .isEqualTo(1_000);
        assertThat(defaults.maxAttributeBytes())
                .isEqualTo(SessionSettings.DEFAULT_MAX_ATTRIBUTE_BYTES)
                .isEqualTo(4 << 20);
        assertThat(defaults.maxSessionBytes())
                .isEqualTo(SessionSettings.DEFAULT_MAX_SESSION_BYTES)
                .isEqualTo(8 << 20);
        assertThat(defaults.maxConflicts())
                .isEqualTo(SessionSettings.DEFAULT_MAX_CONFLICTS)
                .isEqualTo(64);
        assertThat(defaults.renewal())
                .isEqualTo(SessionSettings.DEFAULT_RENEWAL)
                .isZero();
        assertThat(defaults.renewalGrace())
                .isEqualTo(SessionSettings.DEFAULT_RENEWAL_GRACE)
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.maxSessionsPerPrincipal())
                .isEqualTo(SessionSettings.DEFAULT_MAX_SESSIONS_PER_PRINCIPAL)
                .isEqualTo(1_000);
        assertThat(defaults.endEvents()).isFalse().isEqualTo(SessionSettings.DEFAULT_END_EVENTS);
        assertThat(defaults.endEventsOnEveryNode())
                .isFalse()
                .isEqualTo(SessionSettings.DEFAULT_END_EVENTS_ON_EVERY_NODE);
        assertThat(defaults.whenLimitReached())
                .isEqualTo(SessionSettings.DEFAULT_WHEN_LIMIT_REACHED)
                .isEqualTo(LimitPolicy.END_OLDEST);
        assertThat(defaults.alsoObserve()).isEmpty();
        assertThat(defaults.alsoRead()).isEmpty();
        assertThat(defaults.codec().id()).isEqualTo(1);
    }

    @Test
    void durationsGoFromZeroToACentury() {
        DURATIONS.forEach((name, setter) -> {
            Function<SessionSettings, Duration> getter =
                    READ_DURATIONS.getOrDefault(name, SessionSettings::idleTimeout);
            for (Duration good : List.of(Duration.ZERO, Duration.ofMillis(1), SessionSettings.LONGEST)) {
                assertThat(getter.apply(
                                setter.apply(SessionSettings.builder(), good).build()))
                        .as(name)
                        .isEqualTo(good);
            }
            for (Duration bad : List.of(
                    Duration.ofNanos(-1),
                    Duration.ofSeconds(Long.MIN_VALUE),
                    SessionSettings.LONGEST.plusNanos(1),
                    Duration.ofSeconds(Long.MAX_VALUE))) {
                assertThatThrownBy(() -> setter.apply(SessionSettings.builder(), bad))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(name)
                        .hasMessageContaining(bad.toString());
            }
        });
    }

    @Test
    void durationsAreRoundedUpToMilliseconds() {
        DURATIONS.forEach((name, setter) -> {
            Function<SessionSettings, Duration> getter =
                    READ_DURATIONS.getOrDefault(name, SessionSettings::idleTimeout);
            SessionSettings settings =
                    setter.apply(SessionSettings.builder(), Duration.ofNanos(1)).build();
            assertThat(getter.apply(settings)).as(name).isEqualTo(Duration.ofMillis(1));
        });
    }

    @Test
    void numbersHaveALeastValue() {
        NUMBERS.forEach((name, setter) -> {
            int least = LEAST.getOrDefault(name, 0);
            setter.apply(SessionSettings.builder(), least).build();
            setter.apply(SessionSettings.builder(), Integer.MAX_VALUE).build();
            for (int bad : new int[] {least - 1, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> setter.apply(SessionSettings.builder(), bad))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(name)
                        .hasMessageContaining("at least " + least)
                        .hasMessageContaining(Integer.toString(bad));
            }
        });
    }

    @Test
    void theIdsOfCodecsAreFromOneTo255AndDiffer() {
        for (int bad : new int[] {0, -1, 256, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> SessionSettings.builder().codec(codec(bad)).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 255, not " + bad);
            assertThatThrownBy(
                            () -> SessionSettings.builder().alsoRead(codec(bad)).build())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        SessionSettings.builder().codec(codec(255)).alsoRead(codec(1), codec(2)).build();
        assertThatThrownBy(() -> SessionSettings.builder()
                        .codec(codec(7))
                        .alsoRead(codec(8), codec(7))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Two codecs have the id 7");
    }

    private static AttributeCodec codec(int id) {
        return new AttributeCodec() {
            @Override
            public int id() {
                return id;
            }

            @Override
            public byte[] encode(String attribute, Object value) {
                return new byte[0];
            }

            @Override
            public Object decode(String attribute, byte[] encoded) {
                return "";
            }
        };
    }

    @Test
    void aBuilderOfSettingsBeginsWithAllOfThem() {
        AttributeCodec codec = codec(7);
        AttributeCodec other = codec(8);
        SessionObserver observer = new SessionObserver() {};
        SessionSettings settings = SessionSettings.builder()
                .idleTimeout(Duration.ofMinutes(1))
                .absoluteTimeout(Duration.ofMinutes(2))
                .touchInterval(Duration.ofMinutes(3))
                .extendOnRead(false)
                .codec(codec)
                .alsoRead(other)
                .inlineLimit(4)
                .maxAttributes(5)
                .maxAttributeBytes(6)
                .maxSessionBytes(7)
                .maxConflicts(8)
                .renewal(Duration.ofMinutes(9))
                .renewalGrace(Duration.ofSeconds(10))
                .maxSessionsPerPrincipal(11)
                .whenLimitReached(LimitPolicy.REFUSE_NEW)
                .endEvents(true)
                .endEventsOnEveryNode(true)
                .alsoObserve(new AuditObserver())
                .observer(observer)
                .clock(() -> Instant.EPOCH)
                .random(new Random(9))
                .build();
        SessionSettings copy = settings.toBuilder().build();
        assertThat(copy.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(copy.absoluteTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(copy.touchInterval()).isEqualTo(Duration.ofMinutes(3));
        assertThat(copy.extendOnRead()).isFalse();
        assertThat(copy.codec()).isSameAs(codec);
        assertThat(copy.alsoRead()).containsExactly(other);
        assertThat(copy.inlineLimit()).isEqualTo(4);
        assertThat(copy.maxAttributes()).isEqualTo(5);
        assertThat(copy.maxAttributeBytes()).isEqualTo(6);
        assertThat(copy.maxSessionBytes()).isEqualTo(7);
        assertThat(copy.maxConflicts()).isEqualTo(8);
        assertThat(copy.observer()).isSameAs(observer);
        assertThat(copy.alsoObserve()).isEqualTo(settings.alsoObserve()).hasSize(1);
        assertThat(copy.renewal()).isEqualTo(Duration.ofMinutes(9));
        assertThat(copy.renewalGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(copy.maxSessionsPerPrincipal()).isEqualTo(11);
        assertThat(copy.endEvents()).isTrue();
        assertThat(copy.endEventsOnEveryNode()).isTrue();
        assertThat(copy.whenLimitReached()).isEqualTo(LimitPolicy.REFUSE_NEW);
        assertThat(copy.clock()).isSameAs(settings.clock());
        assertThat(copy.random()).isSameAs(settings.random());
    }

    @Test
    void aBuilderMayBeUsedAgainWithoutChangingWhatItBuilt() {
        SessionSettings.Builder builder = SessionSettings.builder().maxAttributes(1);
        SessionSettings first = builder.build();
        SessionSettings second = builder.maxAttributes(2).build();
        assertThat(first.maxAttributes()).isEqualTo(1);
        assertThat(second.maxAttributes()).isEqualTo(2);
    }
}
