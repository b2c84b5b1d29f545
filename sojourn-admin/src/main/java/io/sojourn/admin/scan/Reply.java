package io.sojourn.admin.scan;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisNode.ErrorReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Reads what a server has answered, and waits for it. */
public final class Reply {

    private Reply() {}

    /** Whether a command failed because the user may not send it, or because the server has no such command. */
    public static boolean isMissingRight(StoreUnavailableException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            // To a script Redis 6.2 answers the third, 7.0 the fourth, and later ones begin with the first.
            if (message.contains("NOPERM")
                    || message.contains("ERR unknown command")
                    || message.contains("can't run this command")
                    || message.contains("ACL failure in script")) {
                return true;
            }
        }
        return false;
    }

    /** Waits for a stage, and throws what it failed with. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            Throwable cause = e;
            while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new StoreUnavailableException("A call failed", cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The thread was interrupted while it waited for the store", e);
        }
    }

    /** The server's words if it has refused the command; else null. */
    public static @Nullable String error(List<@Nullable Object> reply) {
        return !reply.isEmpty() && reply.get(0) instanceof ErrorReply refused ? refused.message() : null;
    }

    /** The whole reply if it is no error. */
    public static List<@Nullable Object> required(String command, List<@Nullable Object> reply) {
        String refused = error(reply);
        if (refused != null) {
            throw new StoreUnavailableException(command + " was refused by the server: " + refused, null);
        }
        return reply;
    }

    /**
     * What was answered to a command about one key of many. It may be an error only if that comes from the key: it holds something
     * else, or a cluster moves it.
     */
    public static List<@Nullable Object> ofKey(String command, List<@Nullable Object> reply) {
        String refused = error(reply);
        return refused != null && !refused.matches("(?s)(WRONGTYPE|MOVED|ASK|TRYAGAIN)\\b.*")
                ? required(command, reply)
                : reply;
    }

    /** The part of a reply at this place; null if there is none. */
    public static @Nullable Object at(List<@Nullable Object> reply, int index) {
        return index < reply.size() ? reply.get(index) : null;
    }

    /** A part as text; empty if it is none. */
    public static String text(@Nullable Object part) {
        if (part instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return part == null || part instanceof ErrorReply || part instanceof List ? "" : part.toString();
    }

    /** A part as a whole number. */
    public static long number(@Nullable Object part, long otherwise) {
        if (part instanceof Long number) {
            return number;
        }
        String text = text(part);
        return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }

    /** A part that is an array. */
    @SuppressWarnings("unchecked") // What it holds is looked at part by part.
    public static List<@Nullable Object> list(@Nullable Object part) {
        return part instanceof List<?> list ? (List<@Nullable Object>) list : List.of();
    }
}
