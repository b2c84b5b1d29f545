package io.sojourn.ring;

import io.sojourn.SessionSettings;
import io.sojourn.spi.AttributeCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a store's options mean to the engine. */
final class Settings {

    private static final Duration LONGEST_TOUCH_INTERVAL = Duration.ofSeconds(60);

    private static final Duration SHORT_LIFE = Duration.ofSeconds(60);

    /** So much of its life may a session be found to live longer than was asked for. */
    private static final int PRECISION = 100;

    private static final int MAX_KEYS = 1_000_000;

    private final SessionSettings sessions;
    private final Layout layout;

    Settings(Options options) {
        int id = options.handlers().areGiven()
                ? AttributeCodec.CUSTOM_ID
                : options.transit() ? Format.TRANSIT_ID : Format.EDN_ID;
        SessionSettings.Builder builder = SessionSettings.builder()
                .idleTimeout(Objects.requireNonNullElse(options.expiry(), Duration.ZERO))
                .absoluteTimeout(Objects.requireNonNullElse(options.absolute(), Duration.ZERO))
                .renewal(Objects.requireNonNullElse(options.rotate(), Duration.ZERO))
                .touchInterval(touchInterval(options))
                .codec(new Encoded.Codec(id))
                .alsoRead(others(id))
                .maxAttributes(MAX_KEYS)
                .maxAttributeBytes(options.maxBytes())
                .maxSessionBytes(options.maxBytes());
        if (options.handlers().areGiven()) {
            builder.inlineLimit(0); // What a handler gave lies alone, for others to read.
        }
        if (options.observer() != null) {
            builder.observer(options.observer());
        }
        sessions = builder.build();

        Format edn = new EdnFormat(options.maxBytes());
        List<Format> all = new ArrayList<>(List.of(edn));
        Format writer = edn;
        if (options.transit()) {
            Format transit = new TransitFormat(options.maxBytes());
            all.add(transit);
            writer = options.handlers().areGiven() ? edn : transit;
        } else {
            TransitFormat.ifAvailable(options.maxBytes()).ifPresent(all::add);
        }
        layout = new Layout(new Formats(writer, all, id, sessions.observer()), options.handlers());
    }

    SessionSettings sessions() {
        return sessions;
    }

    Layout layout() {
        return layout;
    }

    /** None for a short life, however many commands that takes: who says two seconds wants to see it end after two. */
    private static Duration touchInterval(Options options) {
        Duration expiry = options.expiry();
        if (expiry == null) {
            return LONGEST_TOUCH_INTERVAL;
        }
        if (expiry.compareTo(SHORT_LIFE) <= 0) {
            return Duration.ZERO;
        }
        Duration part = expiry.dividedBy(PRECISION);
        return part.compareTo(LONGEST_TOUCH_INTERVAL) < 0 ? part : LONGEST_TOUCH_INTERVAL;
    }

    private static AttributeCodec[] others(int id) {
        return List.of(Format.EDN_ID, Format.TRANSIT_ID, AttributeCodec.CUSTOM_ID).stream()
                .filter(other -> other != id)
                .map(Encoded.Codec::new)
                .toArray(AttributeCodec[]::new);
    }
}
