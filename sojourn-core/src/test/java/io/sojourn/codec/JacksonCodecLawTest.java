package io.sojourn.codec;

import static io.sojourn.codec.SameValue.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the codec takes comes back the same, and the same value gives the same bytes. */
class JacksonCodecLawTest {

    private static final JacksonCodec CBOR =
            JacksonCodec.builder().allow("io.sojourn.codec.shop").build();
    private static final JacksonCodec JSON =
            JacksonCodec.builder().json().allow("io.sojourn.codec.shop").build();

    @Provide
    Arbitrary<Object> values() {
        return NestedValues.any();
    }

    @Provide
    Arbitrary<Set<Object>> keySets() {
        return NestedValues.keys().set().ofMaxSize(8);
    }

    @Property(tries = 1500)
    void cborGivesBackWhatItTook(@ForAll("values") Object value) {
        assertComesBack(CBOR, value);
    }

    @Property(tries = 1500)
    void jsonGivesBackWhatItTook(@ForAll("values") Object value) {
        assertComesBack(JSON, value);
    }

    private static void assertComesBack(JacksonCodec codec, Object value) {
        byte[] encoded = codec.encode("it", value);
        Object decoded = codec.decode("it", encoded);
        assertSame(value, decoded);
        assertThat(codec.encode("it", decoded)).isEqualTo(encoded);
    }

    @Property(tries = 500)
    void aTextOfAnyCharsComesBack(@ForAll("anyChars") String text) {
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            for (Object value : List.of(text, new HashMap<>(Map.of(text, text)), new ArrayList<>(List.of(text)))) {
                assertThat(codec.decode("it", codec.encode("it", value))).isEqualTo(value);
            }
        }
    }

    @Provide
    Arbitrary<String> anyChars() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(100),
                Arbitraries.strings().withChars("a\uD83D\uDE00\uD800\uDC00").ofMaxLength(9));
    }

    /** Neither the history of a hash table nor its capacity shows in the bytes. */
    @Property(tries = 300)
    void equalSetsAndMapsGiveEqualBytes(@ForAll("keySets") Set<Object> keys, @ForAll Random random) {
        List<Object> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, random);
        Set<Object> roomy = new HashSet<>(1000);
        Map<Object, Object> map = new HashMap<>();
        Map<Object, Object> roomyMap = new HashMap<>(1000);
        keys.forEach(key -> map.put(key, 1));
        shuffled.forEach(key -> {
            roomy.add(key);
            roomyMap.put(key, 1);
        });
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            assertThat(codec.encode("it", roomy)).isEqualTo(codec.encode("it", new HashSet<>(keys)));
            assertThat(codec.encode("it", roomyMap)).isEqualTo(codec.encode("it", map));
            assertThat(codec.encode("it", Set.copyOf(roomy))).isEqualTo(codec.encode("it", Set.copyOf(keys)));
            assertThat(codec.encode("it", Map.copyOf(roomyMap))).isEqualTo(codec.encode("it", Map.copyOf(map)));
        }
    }

    @Property(tries = 200)
    void whatHasAnOrderKeepsIt(@ForAll("keySets") Set<Object> keys) {
        List<Object> reversed = new ArrayList<>(keys);
        Collections.reverse(reversed);
        Map<Object, Object> map = new LinkedHashMap<>();
        reversed.forEach(key -> map.put(key, key));
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            Set<?> set = (Set<?>) codec.decode("it", codec.encode("it", new LinkedHashSet<>(reversed)));
            assertThat(new ArrayList<Object>(set)).isEqualTo(reversed);
            Map<?, ?> decoded = (Map<?, ?>) codec.decode("it", codec.encode("it", map));
            assertThat(new ArrayList<Object>(decoded.keySet())).isEqualTo(reversed);
        }
    }
}
