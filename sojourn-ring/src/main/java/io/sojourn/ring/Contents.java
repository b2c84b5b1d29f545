package io.sojourn.ring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session holds, as a value and as the attributes that it was made of.
 *
 * @param data the application's value
 * @param values of a plain map, the value of each attribute by its name
 * @param whole what lies in the one attribute that holds everything; null for a plain map
 */
record Contents(
        @Nullable Object data,
        Map<String, @Nullable Object> values,
        @Nullable Encoded whole) {}
