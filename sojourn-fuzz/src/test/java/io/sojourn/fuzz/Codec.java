package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spi.AttributeCodec;

/** What every codec promises of bytes that it may never have written. */
record Codec(AttributeCodec codec) {

    /** A value, which then can be written and read, too, unless it is one that the codec does not take; or unreadable. */
    void reads(byte[] input) {
        Object value;
        try {
            value = codec.decode("it", input);
        } catch (UnreadableValueException e) {
            assertThat(e).hasMessageStartingWith("Attribute \"it\" cannot be read: ");
            return;
        }
        byte[] written;
        try {
            written = codec.encode("it", value);
        } catch (ValueNotAcceptedException e) {
            return;
        }
        assertThat(codec.decode("it", written)).hasSameClassAs(value);
    }
}
