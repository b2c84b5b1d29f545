package io.sojourn.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.operation.Connection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One server that a {@link RedisStore} is connected to, for tools that look at servers and keys. Commands travel over the connection
 * that sessions use, so none may block, change the connection (such as {@code SELECT}), or give a large answer.
 */
public final class RedisNode {

    /**
     * An error that the server has answered, in its own words.
     *
     * @param message such as {@code NOPERM …}; may repeat what was asked
     */
    public record ErrorReply(String message) {}

    private final Node node;
    private final Connection connection;

    RedisNode(Node node, Connection connection) {
        this.node = node;
        this.connection = connection;
    }

    /** Host and port. */
    public String name() {
        return node.toString();
    }

    /**
     * Sends a command to this server, whichever server its keys belong to. A reply that is no array is a list of one. A text of the
     * server is a {@code byte[]}, a number a {@code Long}, an array a {@code List}, an error an {@link ErrorReply}.
     *
     * <p>Fails with {@link io.sojourn.StoreUnavailableException} if there is no answer within the store's timeout.
     *
     * @param command the first word of a command that Lettuce knows
     * @throws IllegalArgumentException if Lettuce does not know it
     */
    public CompletionStage<List<@Nullable Object>> call(String command, String... arguments) {
        RedisCodec<String, byte[]> codec = ClientSetup.CODEC;
        CommandArgs<String, byte[]> words = new CommandArgs<>(codec);
        for (String argument : arguments) {
            words.add(argument);
        }
        CommandType type = CommandType.valueOf(command.toUpperCase(Locale.ROOT));
        CompletionStage<List<Object>> reply;
        try {
            reply = node.commands().dispatch(type, new NestedMultiOutput<>(codec), words);
        } catch (RuntimeException e) {
            throw connection.told(type.name(), e);
        }
        return reply.handle((answer, failure) -> {
            if (failure == null) {
                return answer == null ? List.of() : answer;
            }
            Throwable cause = LettuceExceptions.cause(failure);
            if (cause instanceof RedisCommandExecutionException refused) {
                return List.of(new ErrorReply(LettuceExceptions.words(refused)));
            }
            throw connection.told(type.name(), failure);
        });
    }

    /** As {@link #name()}. */
    @Override
    public String toString() {
        return name();
    }
}
