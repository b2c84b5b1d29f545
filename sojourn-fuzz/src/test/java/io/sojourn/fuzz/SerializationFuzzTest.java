package io.sojourn.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.codec.JavaSerializationCodec;

/**
 * Stored bytes in Java's own form are a value of an allowed class, or unreadable. Jazzer puts a class of its own into the
 * bytes, and fails if it is ever loaded from there.
 */
class SerializationFuzzTest {

    private static final Codec CODEC =
            new Codec(JavaSerializationCodec.builder().allow(Sample.class).build());

    @FuzzTest(maxDuration = "1m")
    void value(byte[] input) {
        CODEC.reads(input);
    }
}
