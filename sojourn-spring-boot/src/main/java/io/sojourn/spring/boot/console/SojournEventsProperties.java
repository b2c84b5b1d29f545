package io.sojourn.spring.boot.console;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code sojourn.events.*}. */
@ConfigurationProperties("sojourn.events")
public class SojournEventsProperties {

    /** Whether this node publishes its security events in Redis, for the console and the command line. Needs the module sojourn-admin. */
    private boolean publish;

    /** Whether published events name who signed in. If not, they have a pseudonym. */
    private boolean principals;

    /** Name of this node in published events. Default: the environment's HOSTNAME, else a random name. */
    private @Nullable String node;

    public boolean isPublish() {
        return publish;
    }

    public void setPublish(boolean publish) {
        this.publish = publish;
    }

    public boolean isPrincipals() {
        return principals;
    }

    public void setPrincipals(boolean principals) {
        this.principals = principals;
    }

    public @Nullable String getNode() {
        return node;
    }

    public void setNode(@Nullable String node) {
        this.node = node;
    }
}
