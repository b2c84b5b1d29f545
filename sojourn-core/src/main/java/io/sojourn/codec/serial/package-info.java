/**
 * Java serialization with limits; hidden. {@link io.sojourn.codec.serial.SerialScan} measures a stream before the JDK reads it,
 * {@link io.sojourn.codec.serial.SerialRules} says what may be read. Start with
 * {@link io.sojourn.codec.JavaSerializationCodec}.
 */
@NullMarked
package io.sojourn.codec.serial;

import org.jspecify.annotations.NullMarked;
