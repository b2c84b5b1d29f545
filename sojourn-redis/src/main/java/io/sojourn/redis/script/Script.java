package io.sojourn.redis.script;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A script that the server keeps and that is called by its digest. A server that has lost it, or never had it, says so
 * before it does anything; then the whole text is sent, once.
 */
public final class Script {

    /** Compare-and-set of one session. */
    public static final Script COMMIT = new Script("commit.lua", ScriptOutputType.MULTI);

    /** Reading one session, with its time to live. */
    public static final Script LOAD = new Script("load.lua", ScriptOutputType.MULTI);

    /** Extension of one session's life. */
    public static final Script TOUCH = new Script("touch.lua", ScriptOutputType.INTEGER);

    /** The end of one session, or of one that is still to be created. */
    public static final Script TOMBSTONE = new Script("tombstone.lua", ScriptOutputType.INTEGER);

    /** The end of one session, which gives what was there. */
    public static final Script GET_AND_DELETE = new Script("get-and-delete.lua", ScriptOutputType.MULTI);

    /** The end of one session that is at a known revision. */
    public static final Script DELETE = new Script("delete.lua", ScriptOutputType.MULTI);

    /** Entering a session in an index. */
    public static final Script ENTER = Script.ofIndex("enter.lua", ScriptOutputType.MULTI);

    /** Reading an index, page by page. */
    public static final Script PAGE = Script.ofIndex("page.lua", ScriptOutputType.MULTI);

    /** Marking the sessions in an index for their end. */
    public static final Script MARK = Script.ofIndex("mark.lua", ScriptOutputType.MULTI);

    /** Taking sessions out of an index. */
    public static final Script LEAVE = Script.ofIndex("leave.lua", ScriptOutputType.INTEGER);

    /** A change of when a session is due. */
    public static final Script DUE = new Script("due.lua", ScriptOutputType.VALUE);

    /** Claiming sessions that are due. */
    public static final Script CLAIM = new Script("claim.lua", ScriptOutputType.MULTI);

    /** A look at a session that may have ended. */
    public static final Script LOOK = new Script("look.lua", ScriptOutputType.MULTI);

    /** The end of one session, of which a copy is kept. */
    public static final Script END = new Script("end.lua", ScriptOutputType.MULTI);

    /** The note that the end of a session was told. */
    public static final Script TOLD = new Script("told.lua", ScriptOutputType.INTEGER);

    /** The end of any hash, which gives its fields. Only a move of sessions needs it, so it is not among {@link #ALL}. */
    public static final Script REMOVE_HASH = new Script("remove-hash.lua", ScriptOutputType.MULTI);

    /** Those that every store runs sooner or later. */
    public static final List<Script> ALL =
            List.of(COMMIT, LOAD, TOUCH, TOMBSTONE, GET_AND_DELETE, DELETE, ENTER, PAGE, MARK, LEAVE);

    /** Those of {@code endEvents}, which a server gets when they are called first. */
    public static final List<Script> OF_ENDS = List.of(DUE, CLAIM, LOOK, END, TOLD);

    private final byte[] text;
    private final String digest;
    private final ScriptOutputType output;

    private Script(String file, ScriptOutputType output) {
        this(read(file), output);
    }

    private Script(byte[] text, ScriptOutputType output) {
        this.text = text;
        this.digest = sha1(text);
        this.output = output;
    }

    /** A script on an index, after what they all share. */
    private static Script ofIndex(String file, ScriptOutputType output) {
        byte[] shared = read("index.lua");
        byte[] own = read(file);
        byte[] text = Arrays.copyOf(shared, shared.length + own.length);
        System.arraycopy(own, 0, text, shared.length, own.length);
        return new Script(text, output);
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

    private static byte[] read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return in.readAllBytes();
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
