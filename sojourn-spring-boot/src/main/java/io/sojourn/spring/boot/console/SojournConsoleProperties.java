package io.sojourn.spring.boot.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code sojourn.console.*}. */
@ConfigurationProperties("sojourn.console")
public class SojournConsoleProperties {

    /** Path of the console for operators, such as /ops/sessions. Without it there is no console. Needs the module sojourn-console. */
    private @Nullable String path;

    /** Users with this role may see the console, such as OPERATOR. Without it, and without a bean of type ConsoleOperators, nobody may. */
    private @Nullable String role;

    /** Whether operators may end sessions. */
    private boolean allowEnding;

    /** Whether operators may see the values of attributes, which may be private. */
    private boolean showValues;

    /** Host names under which operators reach the console, beside localhost, with or without a port. */
    private List<String> hosts = new ArrayList<>();

    public @Nullable String getPath() {
        return path;
    }

    public void setPath(@Nullable String path) {
        this.path = path;
    }

    public @Nullable String getRole() {
        return role;
    }

    public void setRole(@Nullable String role) {
        this.role = role;
    }

    public boolean isAllowEnding() {
        return allowEnding;
    }

    public void setAllowEnding(boolean allowEnding) {
        this.allowEnding = allowEnding;
    }

    public boolean isShowValues() {
        return showValues;
    }

    public void setShowValues(boolean showValues) {
        this.showValues = showValues;
    }

    public List<String> getHosts() {
        return hosts;
    }

    public void setHosts(List<String> hosts) {
        this.hosts = hosts;
    }
}
