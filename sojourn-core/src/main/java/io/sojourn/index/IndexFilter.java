package io.sojourn.index;

import io.sojourn.format.Header;
import io.sojourn.spi.IndexKey;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions are bound to what an index key stands for. The key has but a hash, and those that an index names are nearly
 * all bound to the same text: so that is hashed once. Thread-safe.
 */
final class IndexFilter {

    private record Answer(String value, boolean belongs) {}

    private final IndexKey key;
    private volatile @Nullable Answer last;

    IndexFilter(IndexKey key) {
        this.key = key;
    }

    boolean includes(Header header) {
        String value = key.name().equals(IndexKey.PRINCIPAL)
                ? header.principal()
                : header.details().indexes().get(key.name());
        if (value == null) {
            return false;
        }
        Answer known = last;
        if (known == null || !known.value.equals(value)) {
            known = new Answer(value, IndexKey.of(key.name(), value).equals(key));
            last = known;
        }
        return known.belongs;
    }
}
