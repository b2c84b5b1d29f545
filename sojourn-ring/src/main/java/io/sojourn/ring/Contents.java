package io.sojourn.ring;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session holds, as a value and as the attributes that it was made of.
 *
 * @param data the application's value
 * @param values of a plain map, the value of each attribute that can be read, by its name
 * @param attributes all attributes as they lie there, by name, those that cannot be read included
 */
record Contents(@Nullable Object data, Map<String, @Nullable Object> values, Map<String, Encoded> attributes) {

    /** The names of attributes that hold everything in one place. */
    static final List<String> WHOLES = List.of(Layout.WHOLE, Layout.TEXT, Layout.BYTES);

    /** The name of the attribute that holds everything; null for a plain map. */
    static @Nullable String wholeOf(Map<String, Encoded> attributes) {
        return WHOLES.stream().filter(attributes::containsKey).findFirst().orElse(null);
    }

    @Nullable
    String wholeName() {
        return wholeOf(attributes);
    }

    /** Whether the data has in it what lies in this attribute. */
    boolean isReadable(String name) {
        return WHOLES.contains(name) || values.containsKey(name);
    }

    /** What is to be set, or removed (null), so that of what can be read nothing but this is left. */
    Map<String, @Nullable Encoded> differenceTo(Map<String, Encoded> all) {
        Map<String, @Nullable Encoded> delta = new HashMap<>();
        all.forEach((name, encoded) -> {
            if (!encoded.equals(attributes.get(name))) {
                delta.put(name, encoded);
            }
        });
        for (String name : attributes.keySet()) {
            if (!all.containsKey(name) && isReadable(name)) {
                delta.put(name, null);
            }
        }
        return delta;
    }

    /** The attributes after a change. */
    Map<String, Encoded> changedBy(Map<String, @Nullable Encoded> delta) {
        Map<String, Encoded> changed = new LinkedHashMap<>(attributes);
        delta.forEach((name, encoded) -> {
            if (encoded == null) {
                changed.remove(name);
            } else {
                changed.put(name, encoded);
            }
        });
        return changed;
    }
}
