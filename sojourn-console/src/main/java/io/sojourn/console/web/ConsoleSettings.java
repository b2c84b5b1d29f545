package io.sojourn.console.web;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.ConsoleAction;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a console is made of.
 *
 * @param hosts names beside those of loopback under which it is reached, as {@link #requireHost} gives them
 */
public record ConsoleSettings(
        SessionAdmin admin,
        Set<String> hosts,
        boolean allowEnding,
        boolean showValues,
        Consumer<ConsoleAction> listener) {

    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

    /** Copies the names. */
    public ConsoleSettings {
        hosts = Set.copyOf(hosts);
    }

    /**
     * A host in the form in which it is compared.
     *
     * @throws IllegalArgumentException if it is no name or address, with or without a port
     */
    public static String requireHost(String name) {
        if (!HOST.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A host must be a name such as admin.example.com or an address, perhaps with a port, without https:// and path");
        }
        return name.toLowerCase(Locale.ROOT);
    }
}
