package io.sojourn.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.codec.JacksonCodec;

/** Stored bytes of an attribute in CBOR are a value of an allowed class, or unreadable. */
class CborCodecFuzzTest {

    private static final Codec CODEC =
            new Codec(JacksonCodec.builder().allow(Sample.class).build());

    @FuzzTest(maxDuration = "1m")
    void value(byte[] input) {
        CODEC.reads(input);
    }
}
