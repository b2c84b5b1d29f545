package io.sojourn.testkit;

import io.sojourn.testkit.support.CommandStats;
import io.sojourn.testkit.support.RedisAddress;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a server behind the back of the code under test: what it holds, and which commands it was sent. It has a
 * connection of its own and shares nothing with the client library of the code, so that a bug cannot hide itself.
 *
 * <p>Text goes out as UTF-8 and is read as UTF-8; the methods with {@code Bytes} in their name, and {@link #hash}, give
 * back what is stored byte for byte.
 *
 * <p>A reply is waited for until 20 s have passed. A connection whose reply never came is replaced at the next call, and one
 * that the server has closed at once, where the command is sent again; so a probe survives a restart. Thread-safe.
 */
public final class RedisProbe implements AutoCloseable {

    /** How long a reply is waited for unless {@link #connect(String, Duration)} says otherwise: 20 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

    private final RedisAddress address;
    private final Duration timeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final CommandStats stats = new CommandStats();
    private @Nullable RespConnection connection;

    private RedisProbe(RedisAddress address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
    }

    /** Connects with the {@link #DEFAULT_TIMEOUT}, see {@link #connect(String, Duration)}. */
    public static RedisProbe connect(String uri) {
        return connect(uri, DEFAULT_TIMEOUT);
    }

    /**
     * Connects to a server.
     *
     * @param uri {@code redis://[[user]:password@]host[:port][/database]}
     * @param timeout how long each reply is waited for
     * @throws IllegalArgumentException if the URI has another shape
     * @throws UncheckedIOException if nobody answers there
     */
    public static RedisProbe connect(String uri, Duration timeout) {
        RedisProbe probe = new RedisProbe(RedisAddress.parse(uri), timeout);
        probe.call("PING");
        return probe;
    }

    /**
     * Sends a command.
     *
     * @param command the command's name and its arguments
     * @return {@code String} for text, {@code Long} for a number, {@code List} of the same for an array (errors in it are
     *     {@link RedisReplyException} objects), null for nothing
     * @throws RedisReplyException if the server answers with an error
     * @throws UncheckedIOException if the server cannot be reached or does not answer in time
     */
    public @Nullable Object call(String... command) {
        return text(callBytes(Arrays.stream(command)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new)));
    }

    /** As {@link #call}, with stored data going out and coming back as {@code byte[]}; a status is still a {@code String}. */
    public @Nullable Object callBytes(byte[]... command) {
        lock.lock();
        try {
            return raised(exchange(command));
        } catch (IOException e) {
            disconnect();
            throw new UncheckedIOException(address + " did not answer " + name(command, 0) + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Object exchange(byte[]... command) throws IOException {
        if (connection != null) {
            try {
                return send(connection, command);
            } catch (EOFException | SocketException e) {
                disconnect(); // by the server, and most likely long before this call
            }
        }
        // The server may be another process now, with new counters: own calls had better show than hide others.
        stats.forget();
        connection = open();
        return send(connection, command);
    }

    /**
     * How often each command was executed since {@link #resetStats()} or the start of the server, from
     * {@code INFO commandstats}: by its name in lower case, such as {@code hgetall} or {@code evalsha}, subcommands as the
     * server counts them ({@code config} up to Redis 6, {@code config|get} from Redis 7 on). Commands that a script runs are
     * counted beside the script. Left out are the calls of this probe and its monitors, and commands that were never
     * executed, such as unknown ones.
     */
    public Map<String, Long> commandStats() {
        lock.lock();
        try {
            String info = (String) require(call("INFO", "commandstats"));
            return stats.others(info);
        } finally {
            lock.unlock();
        }
    }

    /** Sets all counters of {@link #commandStats()} to zero, with {@code CONFIG RESETSTAT}. */
    public void resetStats() {
        lock.lock();
        try {
            stats.forget();
            call("CONFIG", "RESETSTAT");
        } finally {
            lock.unlock();
        }
    }

    /** Every key of the database, sorted. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        list(call("KEYS", "*")).forEach(key -> keys.add((String) require(key)));
        return keys;
    }

    /** Milliseconds that a key has left to live; -1 if it lives for ever, -2 if there is no such key. */
    public long ttlMillis(String key) {
        return (Long) require(call("PTTL", key));
    }

    /** The type of a key's value, such as {@code hash} or {@code zset}; {@code none} if there is no such key. */
    public String type(String key) {
        return (String) require(call("TYPE", key));
    }

    /** The fields of a hash with their exact bytes, in the server's order; empty if there is no such key. */
    public Map<String, byte[]> hash(String key) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        Iterator<?> reply = list(callBytes(bytes("HGETALL"), bytes(key))).iterator();
        while (reply.hasNext()) {
            fields.put((String) require(text(reply.next())), (byte[]) require(reply.next()));
        }
        return fields;
    }

    /**
     * Bytes of memory that a key takes, its value and the server's bookkeeping for it, as {@code MEMORY USAGE} tells.
     *
     * @throws NoSuchElementException if there is no such key
     */
    public long memoryUsage(String key) {
        if (call("MEMORY", "USAGE", key, "SAMPLES", "0") instanceof Long size) {
            return size;
        }
        throw new NoSuchElementException("there is no key " + key);
    }

    /** Starts to watch every command that the server executes, on a further connection that the caller closes. */
    public RedisMonitor monitor() {
        lock.lock();
        try {
            RespConnection watching = open();
            raised(send(watching, bytes("MONITOR")));
            watching.waitForEver();
            return new RedisMonitor(this, watching);
        } catch (IOException e) {
            throw new UncheckedIOException(address + " cannot be monitored: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** Disconnects. */
    @Override
    public void close() {
        lock.lock();
        try {
            disconnect();
        } finally {
            lock.unlock();
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private RespConnection open() throws IOException {
        RespConnection opened = new RespConnection(address.host(), address.port(), timeout);
        try {
            if (address.password() != null) {
                String user = address.user() == null ? "default" : address.user();
                raised(send(opened, bytes("AUTH"), bytes(user), bytes(address.password())));
            }
            if (address.database() != 0) {
                raised(send(opened, bytes("SELECT"), bytes(Integer.toString(address.database()))));
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private @Nullable Object send(RespConnection to, byte[]... command) throws IOException {
        Object reply = to.call(command);
        stats.sent(name(command, 0), command.length > 1 ? name(command, 1) : "");
        return reply;
    }

    private static String name(byte[][] command, int index) {
        return new String(command[index], StandardCharsets.UTF_8);
    }

    private static @Nullable Object raised(@Nullable Object reply) {
        if (reply instanceof RedisReplyException error) {
            throw error;
        }
        return reply;
    }

    private static Object require(@Nullable Object reply) {
        return Objects.requireNonNull(reply, "the server answered nothing");
    }

    private static List<?> list(@Nullable Object reply) {
        return (List<?>) require(reply);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Object text(@Nullable Object reply) {
        if (reply instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (reply instanceof List<?> list) {
            List<@Nullable Object> texts = new ArrayList<>(list.size());
            list.forEach(item -> texts.add(text(item)));
            return texts;
        }
        return reply;
    }
}
