package io.sojourn.servlet;

import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.spi.text.TextSettings.Setting;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the settings of a filter that is named in a descriptor or registers itself. What is nearer to the filter comes
 * first: its own init parameters, then the web application's, which begin with {@value #OF_CONTEXT}, then the environment,
 * which all applications of the server share.
 */
final class FilterParameters {

    static final String OF_CONTEXT = "sojourn.";
    static final String ON_OUTAGE = "onOutage";
    static final String STORE_EMPTY_SESSIONS = "storeEmptySessions";
    static final String TRACKING_MODES = "trackingModes";
    static final String LISTENERS = "listeners";
    static final String TOKEN_HEADER = "tokenHeader";
    static final String TOKEN_HEADER_ONLY = "tokenHeaderOnly";

    private static final String ENCRYPTION = EnvironmentNames.PREFIX + "ENCRYPTION_";

    private static final Logger LOG = System.getLogger(FilterParameters.class.getPackageName());

    private FilterParameters() {}

    /** All names that are understood. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>(SessionConfig.names());
        names.addAll(
                List.of(ON_OUTAGE, STORE_EMPTY_SESSIONS, TRACKING_MODES, LISTENERS, TOKEN_HEADER, TOKEN_HEADER_ONLY));
        return names;
    }

    /** Throws {@link IllegalArgumentException} for a name in a descriptor that nobody knows. */
    static TextSettings of(FilterConfig config, Map<String, String> environment) {
        Set<String> known = names();
        List<Setting> settings = ofFilter(config);
        settings.addAll(ofContext(config.getServletContext()));
        TextSettings.of(settings).refuseOthersThan(known);
        EnvironmentNames names = EnvironmentNames.of(known);
        warnOfMisspelled(names, environment);
        settings.addAll(names.settings(environment));
        return TextSettings.of(settings);
    }

    /** For a filter that was made by code: silence would let their author believe in them. */
    static void refuseAll(FilterConfig config) {
        ofFilter(config).stream().findFirst().ifPresent(parameter -> {
            throw new IllegalArgumentException(
                    parameter.spelling() + " would change nothing: this filter was made by code,"
                            + " with a SessionManager, and takes its settings from there");
        });
    }

    private static List<Setting> ofFilter(FilterConfig config) {
        return settings("init parameter", "", config.getInitParameterNames(), config::getInitParameter);
    }

    private static List<Setting> ofContext(ServletContext context) {
        return settings("context parameter", OF_CONTEXT, context.getInitParameterNames(), context::getInitParameter);
    }

    private static List<Setting> settings(
            String kind, String prefix, Enumeration<String> names, Function<String, @Nullable String> texts) {
        List<Setting> settings = new ArrayList<>();
        for (String name : Collections.list(names)) {
            String text = texts.apply(name);
            if (name.startsWith(prefix) && text != null) {
                settings.add(new Setting(name.substring(prefix.length()), text, "The " + kind + " " + name));
            }
        }
        return settings;
    }

    /**
     * Not refused: an environment is shared with others, and some of what begins like ours is made by machines. But for
     * encryption: whoever asks for it and misspells it would have sessions in plaintext.
     */
    private static void warnOfMisspelled(EnvironmentNames names, Map<String, String> environment) {
        names.misspelled(environment).forEach((wrong, right) -> {
            if (right.startsWith(ENCRYPTION)) {
                throw new IllegalArgumentException("The environment variable " + wrong
                        + " is not known, so sessions would not be encrypted. Did you mean " + right + "?");
            }
            LOG.log(
                    Level.WARNING,
                    "The environment variable {0} is not known and changes nothing. Did you mean {1}?",
                    wrong,
                    right);
        });
    }
}
