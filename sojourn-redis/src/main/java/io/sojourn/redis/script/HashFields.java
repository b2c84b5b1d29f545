package io.sojourn.redis.script;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a session's hash as they arrive. Nearly every hash has the same three, so their names are known from one
 * letter, and no map is built for them: a load allocates little more than the bytes that it has to give.
 */
public final class HashFields {

    byte @Nullable [] revision;

    byte @Nullable [] touchedAt;

    byte @Nullable [] record;

    /** All others, by name; null if there are none. */
    @Nullable
    Map<String, byte[]> others;

    /** All but revision and time. */
    Map<String, byte[]> parts() {
        byte[] packed = record;
        Map<String, byte[]> large = others;
        if (large == null) {
            return packed == null ? Map.of() : Map.of(SessionHash.RECORD, packed);
        }
        if (packed != null) {
            large.put(SessionHash.RECORD, packed);
        }
        return large;
    }

    private void put(String name, byte[] value) {
        switch (name) {
            case SessionHash.REVISION -> revision = value;
            case SessionHash.TOUCHED_AT -> touchedAt = value;
            case SessionHash.RECORD -> record = value;
            default -> {
                Map<String, byte[]> large = others;
                if (large == null) {
                    large = new HashMap<>();
                    others = large;
                }
                large.put(name, value);
            }
        }
    }

    /** Takes them from the reply to {@code HGETALL}: names and values in turn, in either version of the protocol. */
    public static final class Output extends CommandOutput<String, byte[], HashFields> {

        private @Nullable String name;

        public Output(RedisCodec<String, byte[]> codec) {
            super(codec, new HashFields());
        }

        @Override
        public void set(ByteBuffer bytes) {
            String field = name;
            if (field == null) {
                name = nameIn(bytes);
            } else {
                name = null;
                output.put(field, codec.decodeValue(bytes));
            }
        }

        private String nameIn(ByteBuffer bytes) {
            int letter = bytes.remaining() == 1 ? bytes.get(bytes.position()) : 0;
            return switch (letter) {
                case 'v' -> SessionHash.REVISION;
                case 't' -> SessionHash.TOUCHED_AT;
                case 'r' -> SessionHash.RECORD;
                default -> codec.decodeKey(bytes);
            };
        }
    }
}
