/**
 * The codecs that come with Sojourn: {@link io.sojourn.codec.JacksonCodec}, the default, and
 * {@link io.sojourn.codec.JavaSerializationCodec} for applications that must keep Java serialization. Both create
 * objects only of classes that the application has listed.
 */
@NullMarked
package io.sojourn.codec;

import org.jspecify.annotations.NullMarked;
