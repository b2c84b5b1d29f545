package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Streams of Java's own serialization that would take long to read, or to use. */
class HostileSerialTest {

    private static final JavaSerializationCodec CODEC =
            JavaSerializationCodec.builder().allow("com.acme.shop").build();

    private static byte[] serialized(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void assertUnreadable(Object value) {
        byte[] stream = serialized(value);
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> CODEC.decode("it", stream))
                        .withMessageContaining("may take too long to read"));
        assertThatExceptionOfType(ValueNotAcceptedException.class).isThrownBy(() -> CODEC.encode("it", value));
    }

    private static Map<Object, Object> mapsAsKeys(int levels, int width, int[] next) {
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < width; i++) {
            int number = levels == 0 ? next[0]++ : 0;
            Object key =
                    levels == 0 ? new ArrayList<>(List.of(number, -31 * number)) : mapsAsKeys(levels - 1, width, next);
            map.put(key, 0);
        }
        return map;
    }

    /** To compare two maps takes the square of their size. */
    @Test
    void mapsThatAreKeysCountAsOftenAsTheirKeysAreCompared() {
        assertUnreadable(mapsAsKeys(2, 25, new int[1]));
        Set<Object> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            List<Integer> numbers = new ArrayList<>(List.of(-i - 1));
            for (int j = 0; j < 300; j++) {
                numbers.add(j);
            }
            keys.add(new CopyOnWriteArraySet<>(numbers));
        }
        assertUnreadable(keys);
    }

    /** Each key leads to a list of its own that is equal to the others, and lies outside of the keys. */
    @Test
    void keysThatHoldDifferentObjectsFromOutsideCountThem() {
        List<Object> outside = new ArrayList<>();
        Set<Object> keys = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            List<Object> list = new ArrayList<>(List.of(1));
            for (int level = 0; level < 3; level++) {
                List<Object> wider = new ArrayList<>();
                for (int j = 0; j < 30; j++) {
                    wider.add(list);
                }
                list = wider;
            }
            outside.add(list);
            keys.add(new ArrayList<>(List.of(list, i, -31 * i)));
        }
        assertUnreadable(new ArrayList<>(List.of(outside, keys)));
    }

    @Test
    void keysThatApplicationsHaveStay() {
        Map<Object, Object> sharing = new HashMap<>();
        List<Object> shared = new ArrayList<>();
        Set<Object> records = new HashSet<>();
        Set<Object> nested = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            shared.add(i);
        }
        for (int i = 0; i < 1_000; i++) {
            sharing.put(new ArrayList<>(List.of(shared, i)), 1);
            records.add(new ArrayList<>(List.of(i, "name " + i, new ArrayList<>(List.of(i, 2)))));
            nested.add(new HashSet<>(List.of(i, i + 1, "text " + i)));
        }
        Set<Object> sets = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Set<Object> row = new HashSet<>();
            for (int j = 0; j < 10; j++) {
                row.add(new ArrayList<>(List.of(i, j)));
            }
            sets.add(row);
        }
        for (Object value : List.of(sharing, records, nested, sets)) {
            assertThat(CODEC.decode("it", CODEC.encode("it", value))).isEqualTo(value);
        }
    }

    /** With the flag and eight combining marks, the first use of the pattern would not end within minutes. */
    @Test
    void aPatternThatTakesLongToCompileIsNeitherReadNorWritten() {
        for (Pattern regex :
                List.of(Pattern.compile("a\u0301", Pattern.CANON_EQ), Pattern.compile("a".repeat(1_001)))) {
            for (Object value : List.of(regex, List.of(1, regex))) {
                assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> CODEC.decode("it", serialized(value)))
                        .withMessageContaining("java.util.regex.Pattern has ");
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> CODEC.encode("it", value))
                        .withMessageContaining("java.util.regex.Pattern");
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> CODEC.encodeAgain("it", value));
            }
        }
        // Its stream does not say so, since its text does.
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> CODEC.encode("it", Pattern.compile("(?c)a")))
                .withMessageContaining("CANON_EQ");
        Pattern regex = Pattern.compile("a".repeat(1_000), Pattern.UNICODE_CASE);
        Pattern back = (Pattern) CODEC.decode("it", CODEC.encode("it", regex));
        assertThat(back.pattern()).isEqualTo(regex.pattern());
        assertThat(back.flags()).isEqualTo(regex.flags());
    }
}
