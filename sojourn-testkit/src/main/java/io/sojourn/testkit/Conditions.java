package io.sojourn.testkit;

import java.time.Duration;

/** What a {@link TcpProxy} does to bytes on their way. */
record Conditions(Duration delay, boolean losesRequests, boolean losesReplies) {

    static final Conditions GOOD = new Conditions(Duration.ZERO, false, false);

    Conditions delayedBy(Duration each) {
        return new Conditions(each, losesRequests, losesReplies);
    }

    Conditions losing(boolean requests, boolean replies) {
        return new Conditions(delay, requests, replies);
    }
}
