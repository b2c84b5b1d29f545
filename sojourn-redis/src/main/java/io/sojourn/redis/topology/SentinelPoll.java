package io.sojourn.redis.topology;

import io.sojourn.redis.connection.LettuceExceptions;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the sentinels answer to one question: the address that most of them name. It does not wait for a sentinel that is
 * silent, which often runs on the machine of the master that is silent, too.
 */
final class SentinelPoll {

    /** How long to wait for more answers after the first. */
    private static final long GRACE_MILLIS = 100;

    private final int sentinels;
    private final Map<String, Integer> votes = new HashMap<>();
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private int answers;

    SentinelPoll(int sentinels) {
        this.sentinels = sentinels;
    }

    CompletionStage<String> result() {
        return result;
    }

    synchronized void answered(@Nullable String master, @Nullable Throwable failure) {
        answers++;
        if (master != null) {
            int count = votes.merge(master, 1, Integer::sum);
            if (2 * count > sentinels) {
                result.complete(master);
            } else if (votes.size() == 1 && count == 1) {
                CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(this::end);
            }
        }
        if (answers == sentinels) {
            if (votes.isEmpty() && failure != null) {
                result.completeExceptionally(LettuceExceptions.cause(failure));
            } else {
                end();
            }
        }
    }

    private synchronized void end() {
        if (!votes.isEmpty()) {
            result.complete(Collections.max(votes.entrySet(), Map.Entry.comparingByValue(Comparator.naturalOrder()))
                    .getKey());
        }
    }
}
