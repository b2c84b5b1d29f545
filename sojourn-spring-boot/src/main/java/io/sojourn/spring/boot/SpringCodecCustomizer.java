package io.sojourn.spring.boot;

import io.sojourn.spring.SpringCodec;

/** A bean of this type changes the codec after the properties have been applied. Several are called in their order. */
@FunctionalInterface
public interface SpringCodecCustomizer {

    /** Changes the builder. */
    void customize(SpringCodec.Builder codec);
}
