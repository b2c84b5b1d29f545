package io.sojourn.spring.boot;

import io.sojourn.spi.AttributeCodec;
import io.sojourn.spring.SpringCodec;

/** Puts bytes into sessions, and gets them, as the starter's codec would have written them. Takes no other value. */
final class RawCodec implements AttributeCodec {

    @Override
    public int id() {
        return SpringCodec.ID;
    }

    @Override
    public byte[] encode(String attribute, Object value) {
        return ((byte[]) value).clone();
    }

    @Override
    public Object decode(String attribute, byte[] encoded) {
        return encoded.clone();
    }
}
