package io.sojourn.spring.boot;

import io.sojourn.SessionSettings;

/** A bean of this type changes the settings of sessions after the properties have been applied. Several are called in their order. */
@FunctionalInterface
public interface SessionSettingsCustomizer {

    /** Changes the builder. */
    void customize(SessionSettings.Builder settings);
}
