package io.sojourn.admin;

import java.util.Optional;

/**
 * One attribute of a session.
 *
 * @param name as the application gave it; a user may have typed it, so escape it where it is shown
 * @param type what lies there, such as {@code String} or {@code LinkedHashMap}, in printable characters
 * @param bytes how many bytes its value has
 * @param value the value as text, if it was asked for and the admin shows values: the JSON of its structure, or what the
 *     application's codec made of it. Longer than {@link SessionAdmin#MAX_VALUE_CHARACTERS} it is cut. Escape it where it is shown
 */
public record AttributeDetails(String name, String type, int bytes, Optional<String> value) {

    /** One line; name and value are escaped and cut. */
    @Override
    public String toString() {
        return PrintedText.name(name) + " " + type + " " + bytes + " bytes"
                + value.map(text -> " " + PrintedText.name(text)).orElse("");
    }
}
