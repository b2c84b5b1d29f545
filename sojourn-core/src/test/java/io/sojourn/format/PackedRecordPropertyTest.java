package io.sojourn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is packed comes back. */
class PackedRecordPropertyTest {

    /** Values of every kind that CBOR has (RFC 8949, section 3), as a later version may put them into the header. */
    private static final List<String> ITEMS = List.of(
            "00",
            "17",
            "18ff",
            "19ffff",
            "1affffffff",
            "1b7fffffffffffffff",
            "1bffffffffffffffff", // unsigned
            "20",
            "3863",
            "3bffffffffffffffff", // negative
            "40",
            "43010203",
            "60",
            "6161",
            "62c3a9", // strings
            "80",
            "8301820203820405",
            "a0",
            "a201020304",
            "a26161016162820203", // arrays and maps
            "c074323031332d30332d32315432303a30343a30305a",
            "d9d9f700",
            "db800000000000000000", // tags
            "f4",
            "f5",
            "f6",
            "f7",
            "f0",
            "f8ff", // simple values
            "f93c00",
            "fac7c35000",
            "fb3ff199999999999a",
            "fbc010666666666666",
            "f9fc00",
            "fb7ff0000000000000"); // floats

    @Property(tries = 500)
    void aRecordComesBack(@ForAll("headers") Header header, @ForAll("tables") Map<String, EncodedValue> table) {
        PackedRecord packed = PackedRecord.of(header, table);
        PackedRecord read = PackedRecord.parse(packed.bytes());
        Records.assertSame(read, packed);
        assertThat(PackedRecord.of(read.header(), read.attributes()).bytes()).isEqualTo(packed.bytes());
    }

    @Property(tries = 200)
    void theSizeOfARecordIsKnownBeforeItIsWritten(
            @ForAll("headers") Header header, @ForAll("tables") Map<String, EncodedValue> table) {
        assertSizeIsKnown(header, table);
    }

    @Example
    void theSizeOfALargeRecordIsKnownBeforeItIsWritten() {
        Header header = Header.create(1, 2, 3, new byte[32]);
        for (int length : new int[] {23, 24, 255, 256, 65_535, 65_536}) {
            assertSizeIsKnown(header, Map.of("a".repeat(length), EncodedValue.of(24, new byte[length])));
        }
    }

    private static void assertSizeIsKnown(Header header, Map<String, EncodedValue> table) {
        CborWriter headerOut = new CborWriter(0);
        HeaderFormat.write(header, headerOut);
        assertThat(PackedRecord.size(headerOut.size(), table))
                .isEqualTo(PackedRecord.of(header, table).bytes().length);
    }

    @Example
    void anEntryOfALaterVersionIsKeptWhateverItIs() {
        Header header = Header.create(1, 2, 3, new byte[32]);
        for (String key : List.of("0e", "1863", "1b7fffffffffffffff", "20", "6161", "4101", "f5", "c100")) {
            for (String item : ITEMS) {
                byte[] entry = HexFormat.of().parseHex(key + item);
                Header later = new Header(
                        1, 2, 3, header.verifier(), 0, List.of(), null, HeaderDetails.NONE, List.of(entry, entry));
                PackedRecord packed = PackedRecord.of(later, Map.of("a", EncodedValue.external(1)));
                PackedRecord read = PackedRecord.parse(packed.bytes());
                assertThat(read.header().unknown()).as(key + item).containsExactly(entry, entry);
                assertThat(read.attributes()).containsOnlyKeys("a");
            }
        }
    }

    @Provide
    Arbitrary<Header> headers() {
        Arbitrary<Long> times = Arbitraries.longs()
                .between(0, Long.MAX_VALUE)
                .edgeCases(
                        config -> config.add(1L, 23L, 24L, 255L, 256L, 65_535L, 65_536L, 0xFFFF_FFFFL, 0x1_0000_0000L));
        Arbitrary<byte[]> verifiers = Arbitraries.bytes().array(byte[].class).ofSize(32);
        Arbitrary<List<ReplacedVerifier>> replaced = Combinators.combine(verifiers, times)
                .as(ReplacedVerifier::new)
                .list()
                .ofMaxSize(Header.MAX_REPLACED);
        Arbitrary<List<byte[]>> unknown = Arbitraries.of(ITEMS)
                .map(item -> HexFormat.of().parseHex("1864" + item))
                .list()
                .ofMaxSize(3);
        return Combinators.combine(times, times, times, verifiers, times, replaced, names().injectNull(0.3), unknown)
                .as((createdAt, idle, deadline, verifier, rotations, earlier, principal, later) -> new Header(
                        createdAt, idle, deadline, verifier, rotations, earlier, principal, HeaderDetails.NONE, later))
                .flatMap(header -> details().map(header::withDetails));
    }

    private static Arbitrary<HeaderDetails> details() {
        Arbitrary<Long> times = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<Map<String, String>> texts =
                Arbitraries.maps(names(), names()).ofMaxSize(5);
        Arbitrary<Grace> graces = Combinators.combine(
                        times, times, Arbitraries.integers().between(1, Header.MAX_GRACED))
                .as(Grace::new)
                .injectNull(0.5);
        Arbitrary<RequestedRotations> requested = Arbitraries.oneOf(
                Arbitraries.just(RequestedRotations.NONE),
                Combinators.combine(times.filter(count -> count > 0), times).as(RequestedRotations::new));
        return Combinators.combine(times, texts, texts, Arbitraries.of(true, false), graces, requested)
                .as(HeaderDetails::new);
    }

    @Provide
    Arbitrary<Map<String, EncodedValue>> tables() {
        Arbitrary<Integer> codecs = Arbitraries.integers().between(0, 255);
        Arbitrary<EncodedValue> inline = Combinators.combine(
                        codecs, Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
                .as(EncodedValue::of);
        return Arbitraries.maps(names(), Arbitraries.oneOf(inline, codecs.map(EncodedValue::external)))
                .ofMaxSize(30);
    }

    /** Any text that UTF-8 can carry. */
    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .ofMaxLength(40)
                .filter(text ->
                        text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }
}
