package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sojourn.redis.connection.StringByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StringByteArrayCodecTest {

    private final StringByteArrayCodec codec = new StringByteArrayCodec();

    @ParameterizedTest
    @ValueSource(strings = {"", "sojourn:abc", "Prefix-é-日本-\uD83D\uDE00:x"})
    void bothWaysOfWritingGiveTheSameOctetsAndAsManyAsAnnounced(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf buffer = Unpooled.buffer();
        codec.encodeKey(text, buffer);
        codec.encodeValue(octets, buffer);
        assertThat(buffer.readableBytes()).isEqualTo(codec.estimateSize(text) + codec.estimateSize(octets));
        assertThat(buffer.toString(StandardCharsets.UTF_8)).isEqualTo(text + text);
        assertThat(codec.decodeKey(codec.encodeKey(text))).isEqualTo(text);
        assertThat(codec.decodeValue(codec.encodeValue(octets))).isEqualTo(octets);
        assertThat(codec.decodeKey(ByteBuffer.wrap(octets))).isEqualTo(text);
    }
}
