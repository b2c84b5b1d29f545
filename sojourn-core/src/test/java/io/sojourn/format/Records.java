package io.sojourn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;

/** Compares records field by field, since they have no equality of their own. */
final class Records {

    private Records() {}

    static void assertSame(PackedRecord actual, PackedRecord expected) {
        assertSame(actual.header(), expected.header());
        assertThat(new ArrayList<>(actual.attributes().keySet()))
                .isEqualTo(new ArrayList<>(expected.attributes().keySet()));
        expected.attributes().forEach((name, value) -> {
            EncodedValue read = actual.attributes().get(name);
            assertThat(read).as(name).isNotNull();
            assertThat(read.codec()).as("codec of %s", name).isEqualTo(value.codec());
            assertThat(read.isExternal()).as(name).isEqualTo(value.isExternal());
            if (!value.isExternal()) {
                assertThat(read.bytes()).as("bytes of %s", name).isEqualTo(value.bytes());
            }
        });
    }

    private static void assertSame(Header actual, Header expected) {
        assertThat(actual).usingRecursiveComparison().as("header").isEqualTo(expected);
    }
}
