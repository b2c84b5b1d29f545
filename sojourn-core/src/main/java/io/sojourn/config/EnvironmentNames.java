package io.sojourn.config;

import io.sojourn.log.SettingName;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.spi.text.TextSettings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How settings are called in an environment: {@code idleTimeout} is {@code SOJOURN_IDLE_TIMEOUT}, and the one for the
 * store is {@code SOJOURN_REDIS_URI}.
 */
public final class EnvironmentNames {

    /** What all variables begin with: {@value}. */
    public static final String PREFIX = "SOJOURN_";

    private final Map<String, String> settings = new TreeMap<>();

    private EnvironmentNames(Set<String> names) {
        names.forEach(name -> settings.put(nameOf(name), name));
    }

    /** The variables of these settings. */
    public static EnvironmentNames of(Set<String> settings) {
        return new EnvironmentNames(settings);
    }

    /** The variable of a setting. */
    public static String nameOf(String setting) {
        return SettingName.variable(setting);
    }

    /** The settings that the environment makes. */
    public List<Setting> settings(Map<String, String> environment) {
        List<Setting> found = new ArrayList<>();
        settings.forEach((variable, setting) -> {
            String text = environment.get(variable);
            if (text != null) {
                found.add(new Setting(setting, text, "The environment variable " + variable));
            }
        });
        return found;
    }

    /**
     * The variables that are none of these, but look like a misspelled one, with the one that was meant. Others that begin
     * with {@link #PREFIX} are none of our business: Kubernetes, for one, makes {@code SOJOURN_REDIS_SERVICE_HOST} of a
     * service that is called {@code sojourn-redis}.
     */
    public Map<String, String> misspelled(Map<String, String> environment) {
        Map<String, String> misspelled = new TreeMap<>();
        for (String variable : environment.keySet()) {
            if (variable.startsWith(PREFIX) && !settings.containsKey(variable)) {
                nearest(variable).ifPresent(meant -> misspelled.put(variable, meant));
            }
        }
        return misspelled;
    }

    private Optional<String> nearest(String variable) {
        Set<String> names = settings.keySet().stream()
                .map(known -> known.substring(PREFIX.length()))
                .collect(Collectors.toSet());
        return TextSettings.nearest(variable.substring(PREFIX.length()), names).map(PREFIX::concat);
    }
}
