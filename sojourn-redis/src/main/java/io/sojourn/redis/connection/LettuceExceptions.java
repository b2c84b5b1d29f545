package io.sojourn.redis.connection;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.Printable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Makes of what Lettuce throws what the store's contract knows. */
public final class LettuceExceptions {

    private static final int LONGEST_MESSAGE = 200;

    private static final String DETAILS = "Details:";

    private LettuceExceptions() {}

    /** Whether a replica refused a write, in its own words or in those of a script that it runs (Redis 6.2). */
    public static boolean isReadOnly(Throwable failure) {
        return refusal(failure).contains("READONLY You can't write");
    }

    /** Whether a server of a cluster said that the key belongs to another one; it has done nothing then. */
    public static boolean isRedirection(Throwable failure) {
        String words = refusal(failure);
        return words.startsWith("MOVED ") || words.startsWith("ASK ");
    }

    /** Whether a server refused a command with two keys, because their slot is being moved. */
    public static boolean isTryAgain(Throwable failure) {
        return refusal(root(failure)).startsWith("TRYAGAIN");
    }

    /** The words by which a server has refused a command; empty if the failure is another. */
    static String refusal(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException refused
                ? String.valueOf(refused.getMessage())
                : "";
    }

    /** Whether a command surely never left, since there was no connection. */
    public static boolean isUnsent(Throwable failure) {
        Throwable cause = cause(failure);
        Throwable inner = cause.getCause();
        return cause instanceof StoreUnavailableException
                && inner != null
                && String.valueOf(inner.getMessage()).startsWith("Currently not connected");
    }

    /** Whether a command had been sent when its connection was lost. */
    public static boolean isLost(Throwable failure) {
        Throwable cause = cause(failure);
        Throwable inner = cause.getCause();
        boolean isAnswer =
                inner instanceof RedisCommandTimeoutException || inner instanceof RedisCommandExecutionException;
        return cause instanceof StoreUnavailableException
                && !isUnsent(failure)
                && !isAnswer
                && (inner instanceof IOException || inner instanceof RedisException);
    }

    /** Whether a command had been sent and was not answered in time, or not before its connection was lost. */
    public static boolean isUnanswered(Throwable failure) {
        return isLost(failure)
                || (cause(failure) instanceof StoreUnavailableException told
                        && told.getCause() instanceof RedisCommandTimeoutException);
    }

    /** The stage, or a failed one: Lettuce throws some failures at once, such as when the store is closed at this moment. */
    public static <T> CompletionStage<? extends T> attempt(Supplier<? extends CompletionStage<? extends T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What a stage failed with, to be thrown on. */
    public static RuntimeException rethrown(Throwable failure) {
        return cause(failure) instanceof RuntimeException known ? known : new CompletionException(failure);
    }

    /** What it began with. */
    public static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /**
     * What the caller is told.
     *
     * @param what was tried
     * @param where the servers are
     * @param timeout that the call had
     */
    public static SojournException of(String what, String where, Duration timeout, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof SojournException known) {
            return known;
        }
        if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
            return new StoreUnavailableException(
                    what + " had no answer from " + where + " within " + timeout.toMillis() + " ms", cause);
        }
        if (cause instanceof RedisCommandExecutionException) {
            return refused(what, where, cause);
        }
        return new StoreUnavailableException(what + " did not reach " + where, cause);
    }

    /**
     * What a server said, or Lettuce of it, in one line; without the part that repeats arguments, for these may be a password:
     * a server that does not know {@code AUTH} says all of what came with it.
     */
    public static String words(Throwable failure) {
        String said = failure.getMessage();
        // Netty says some things by the class alone.
        String message = said == null ? failure.getClass().getSimpleName() : said;
        int details = message.indexOf(DETAILS); // Of a cluster: what each of its nodes said comes after it.
        String line = message.substring(details < 0 ? 0 : details + DETAILS.length())
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        int arguments = line.indexOf(", with args");
        return Printable.line(line.substring(0, Math.min(arguments < 0 ? line.length() : arguments, LONGEST_MESSAGE)));
    }

    /** In the server's own words; without the cause, which has all of them. What is refused is not done later, either. */
    private static SojournException refused(String what, String where, Throwable cause) {
        if (String.valueOf(cause.getMessage())
                .contains("WRONGTYPE Operation against")) { // In its own words, or in a script's (Redis 6.2).
            return new UnreadableSessionException(
                    "Under the key of a session or of an index lies a value of another type: something else writes"
                            + " below this prefix. Give one of the two another prefix, and delete the value",
                    null);
        }
        int doubt = what.indexOf(", which may still be ");
        String refused = doubt < 0 ? what : what.substring(0, doubt);
        return new StoreUnavailableException(refused + " was refused by " + where + ": " + words(cause), null);
    }
}
