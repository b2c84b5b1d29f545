package io.sojourn.testkit.support;

import java.nio.charset.StandardCharsets;

/** Which slot of a cluster a key belongs to: CRC-16/XMODEM of it, or of its hash tag, modulo 16,384 (the cluster specification). */
public final class ClusterSlots {

    public static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;

    private ClusterSlots() {}

    public static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
        int crc = 0;
        for (byte next : hashed.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (next & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
        }
        return (crc & 0xffff) % COUNT;
    }
}
