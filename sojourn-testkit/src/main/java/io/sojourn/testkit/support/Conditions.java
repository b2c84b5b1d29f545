package io.sojourn.testkit.support;

import io.sojourn.testkit.TcpProxy;
import java.time.Duration;

/** What a {@link TcpProxy} does to bytes on their way. */
public record Conditions(Duration delay, boolean losesRequests, boolean losesReplies) {

    public static final Conditions GOOD = new Conditions(Duration.ZERO, false, false);

    public Conditions delayedBy(Duration each) {
        return new Conditions(each, losesRequests, losesReplies);
    }

    public Conditions losing(boolean requests, boolean replies) {
        return new Conditions(delay, requests, replies);
    }
}
