package io.sojourn.micrometer;

import java.util.Locale;

/** Constants as tags have them: {@code revoke-all}. */
final class TagValue {

    private TagValue() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
