package io.sojourn.redis.script;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script that the server keeps and that is called by its digest. A server that has lost it, or never had it, says so
 * before it does anything; then the whole text is sent, once.
 *
 * <p>What a script does is told at the beginning of its file. Those on an index share {@code index.lua}, those that end one
 * session {@code ending.lua}.
 */
public final class Script {

    public static final Script COMMIT = new Script(ScriptOutputType.MULTI, "commit.lua");
    public static final Script LOAD = new Script(ScriptOutputType.MULTI, "load.lua");
    public static final Script TOUCH = new Script(ScriptOutputType.INTEGER, "touch.lua");

    /** Ends a session at any revision; leaves a tombstone only if it is given a time. */
    public static final Script TOMBSTONE = new Script(ScriptOutputType.INTEGER, "ending.lua", "tombstone.lua");

    /** Ends a session at one revision. */
    public static final Script DELETE = new Script(ScriptOutputType.MULTI, "ending.lua", "delete.lua");

    public static final Script ENTER = new Script(ScriptOutputType.MULTI, "enter-new.lua", "index.lua", "enter.lua");
    public static final Script PAGE = new Script(ScriptOutputType.MULTI, "page-small.lua", "index.lua", "page.lua");
    public static final Script MARK = new Script(ScriptOutputType.MULTI, "index.lua", "mark.lua");
    public static final Script LEAVE = new Script(ScriptOutputType.INTEGER, "index.lua", "leave.lua");
    public static final Script DUE = new Script(ScriptOutputType.VALUE, "due.lua");
    public static final Script CLAIM = new Script(ScriptOutputType.MULTI, "claim.lua");
    public static final Script LOOK = new Script(ScriptOutputType.MULTI, "look.lua");
    public static final Script END = new Script(ScriptOutputType.MULTI, "ending.lua", "end.lua");
    public static final Script KEEP = new Script(ScriptOutputType.INTEGER, "keep.lua");
    public static final Script TOLD = new Script(ScriptOutputType.INTEGER, "told.lua");
    public static final Script SHARE = new Script(ScriptOutputType.VALUE, "share.lua");
    public static final Script SHARED = new Script(ScriptOutputType.MULTI, "shared.lua");

    public static final Script CAUSE = new Script(ScriptOutputType.INTEGER, "cause.lua");
    public static final Script LISTEN = new Script(ScriptOutputType.INTEGER, "listen.lua");

    /** Removes any hash and answers its fields. Only a move of sessions needs it, so it is not among {@link #ALL}. */
    public static final Script REMOVE_HASH = new Script(ScriptOutputType.MULTI, "remove-hash.lua");

    /** Reads any string. Only a move of sessions needs it, too. */
    public static final Script GET = new Script(ScriptOutputType.MULTI, "get.lua");

    /** Those that every store runs sooner or later. */
    public static final List<Script> ALL = List.of(COMMIT, LOAD, TOUCH, TOMBSTONE, DELETE, ENTER, PAGE, MARK, LEAVE);

    /** Those of {@code endEvents}, which a server gets when they are called first. */
    public static final List<Script> OF_ENDS = List.of(DUE, CLAIM, LOOK, END, KEEP, TOLD, SHARE, SHARED, CAUSE, LISTEN);

    private final byte[] text;
    private final String digest;
    private final ScriptOutputType output;

    private Script(ScriptOutputType output, String... files) {
        this.text =
                Stream.of(files).map(Script::read).collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8);
        this.digest = sha1(text);
        this.output = output;
    }

    /** Leaves the script with the server, so that the first call needs no second try. Nobody waits for it. */
    public void leaveWith(RedisClusterAsyncCommands<String, byte[]> commands) {
        CompletionStage<String> unused = commands.scriptLoad(text);
    }

    public CompletionStage<Object> run(
            RedisClusterAsyncCommands<String, byte[]> commands, String key, byte[][] arguments) {
        return run(commands, new String[] {key}, arguments);
    }

    /** As {@link #run}, and the server will tell of the first change after it. */
    public CompletionStage<Object> runAndTrack(
            RedisClusterAsyncCommands<String, byte[]> commands, String key, byte[][] arguments) {
        return run(commands, new String[] {key, key}, arguments);
    }

    /** As {@link #run}, on several keys in one slot. */
    public CompletionStage<Object> run(
            RedisClusterAsyncCommands<String, byte[]> commands, String[] keys, byte[][] arguments) {
        CompletionStage<Object> reply = commands.evalsha(digest, output, keys, arguments);
        return reply.exceptionallyCompose(failure -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return cause instanceof RedisNoScriptException
                    ? commands.eval(text, output, keys, arguments)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
