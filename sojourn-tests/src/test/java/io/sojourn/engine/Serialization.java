package io.sojourn.engine;

import io.sojourn.spi.AttributeCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/** A codec that takes whatever Java serializes: the engine's tests want values of every kind and ask little of a codec. */
final class Serialization {

    private Serialization() {}

    static AttributeCodec codec() {
        return AttributeCodec.of(Serialization::encode, Serialization::decode);
    }

    /** The same format under another id, as if it were another one. */
    static AttributeCodec codec(int id) {
        AttributeCodec codec = codec();
        return new AttributeCodec() {
            @Override
            public int id() {
                return id;
            }

            @Override
            public byte[] encode(String attribute, Object value) {
                return codec.encode(attribute, value);
            }

            @Override
            public Object decode(String attribute, byte[] encoded) {
                return codec.decode(attribute, encoded);
            }
        };
    }

    static byte[] encode(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Object decode(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
