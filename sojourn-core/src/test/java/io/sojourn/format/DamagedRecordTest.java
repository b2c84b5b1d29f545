package io.sojourn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are damaged, cut off or hostile: refused or read as some record, and never anything worse. */
class DamagedRecordTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Many times what the samples take, and far less than a length in a damaged head could ask for. */
    private static final long MAX_ALLOCATION = 256 * 1024;

    static Set<String> names() {
        return Samples.all().keySet();
    }

    /** Reads all there is to read. Whether it was a record. */
    private static boolean isRead(byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            PackedRecord read = PackedRecord.parse(bytes);
            byte[] packed = packedAgain(read);
            assertThat(packedAgain(PackedRecord.parse(packed))).isEqualTo(packed);
            return true;
        } catch (MalformedRecordException e) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("bytes allocated before " + e).isLessThan(MAX_ALLOCATION);
            return false;
        }
    }

    private static byte[] packedAgain(PackedRecord read) {
        return PackedRecord.of(read.header(), read.attributes()).bytes();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsCutOffAnywhereIsRefused(String name) {
        byte[] whole = Samples.named(name).bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(isRead(cut)).as("%s cut off at %s", name, length).isFalse();
        }
        assertThat(isRead(whole)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatGoesOnAfterItsEndIsRefused(String name) {
        byte[] whole = Samples.named(name).bytes();
        assertThat(isRead(Arrays.copyOf(whole, whole.length + 1))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anyOtherByteInAnyPlaceIsRefusedOrRead(String name) {
        byte[] whole = Samples.named(name).bytes();
        int read = 0;
        for (int at = 0; at < whole.length; at++) {
            for (int flip = 1; flip < 256; flip = flip < 128 ? flip * 2 : flip + 31) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) flip;
                read += isRead(damaged) ? 1 : 0;
            }
        }
        assertThat(read).isPositive(); // A verifier, for one, may be any bytes.
    }

    @Test
    void bytesAtRandomAreRefusedOrRead() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 1) {
                bytes[0] = PackedRecord.FORMAT;
                bytes[1] = (byte) 0x82;
            }
            isRead(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0182bb7fffffffffffffff", // a header of 2^63-1 entries
                "0182ba7fffffff", // of 2^31-1
                "0182a1045b7fffffffffffffff", // a verifier of 2^63-1 bytes
                "0182a1045a7fffffff",
                "0182a1069b7fffffffffffffff", // replaced
                "0182a1067a7fffffff",
                "0182a11863" + "9b7fffffffffffffff", // an unknown entry
                "0182a11863" + "bb4000000000000000", // twice as many items as fit in 63 bits
                "0182a11863" + "9bffffffffffffffff",
                "0182a11863" + "5bffffffffffffffff",
                "0182a11863" + "bbffffffffffffffff",
                "0182a201000440" + "bb7fffffffffffffff", // attributes
                "0182a201000440" + "ba7fffffff",
                "0182a201000440" + "a1" + "7b7fffffffffffffff", // a name
                "0182a201000440" + "a1" + "6161" + "82015b7fffffffffffffff", // a value
                "0182a201000440" + "a1" + "6161" + "820" + "15a7fffffff"
            })
    void aLengthThatGoesOverTheEndIsRefusedBeforeAnythingIsAllocated(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(isRead(bytes)).isFalse();
    }

    @Test
    void nestingWithoutEndIsRefused() {
        for (String kind : new String[] {"81", "a100", "c1", "d8ff"}) {
            String hex = "0182a11863" + kind.repeat(200_000);
            assertThat(isRead(HexFormat.of().parseHex(hex))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0182a0a0", // a header without anything
                "0182a10100a0", // without a verifier
                "0182a10440a0", // without a time
                "0182a1012044a0", // a time that is negative
                "0182a1044100" + "a0",
                "0182a201000440" + "80", // attributes that are no map
                "0182a201000440" + "a10101", // a name that is a number
                "0182a201000440" + "a1616120", // a codec that is negative
                "0182a201000440" + "a16161190100", // a codec over 255
                "0182a201000440" + "a16161820" + "16161", // a value that is a text
                "0182a201000440" + "a161618301" + "4001", // three things
                "0182a201000440" + "bf6161" + "01ff", // a map of unknown length
                "0183a201000440" + "a000", // three parts
                "01a1a201000440" + "a0", // no array
                "00",
                "ff",
                "02",
                "7b7d"
            })
    void whatIsNoRecordIsRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> PackedRecord.parse(bytes)).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void theSmallestRecordThereIsIsRead() {
        PackedRecord read = PackedRecord.parse(HexFormat.of().parseHex("0182a201000440a0"));
        assertThat(read.attributes()).isEmpty();
        assertThat(read.header().verifier()).isEmpty();
    }

    @Test
    void aRefusalTellsWhereAndNotWhat() {
        byte[] bytes = Samples.named("everyday").bytes();
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThatThrownBy(() -> PackedRecord.parse(cut))
                .hasMessageContaining("byte")
                .hasMessageNotContaining("apple");
        bytes[0] = 9;
        assertThatThrownBy(() -> PackedRecord.parse(bytes))
                .hasMessageContaining("format 9")
                .hasMessageContaining("format 1");
    }
}
