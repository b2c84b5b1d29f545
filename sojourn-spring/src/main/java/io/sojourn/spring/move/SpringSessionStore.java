package io.sojourn.spring.move;

import io.sojourn.redis.RedisCollections;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStrings;
import io.sojourn.redis.RedisStrings.Condition;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The keys of Spring Session in Redis, of its plain repository ({@code RedisSessionRepository}) and its indexed one ({@code
 * RedisIndexedSessionRepository}), of Spring Session 3 and 4:
 *
 * <pre>
 * &lt;namespace&gt;:sessions:&lt;id&gt;            hash    the session
 * &lt;namespace&gt;:sessions:expires:&lt;id&gt;    string  indexed: ends with the session
 * &lt;namespace&gt;:expirations:&lt;minute&gt;     set     indexed: what ends in that minute
 * &lt;namespace&gt;:sessions:expirations      zset    indexed, with the SortedSetRedisSessionExpirationStore: the same
 * &lt;namespace&gt;:index:…:&lt;user&gt;           set     indexed: the sessions of a user
 * </pre>
 *
 * <p>Also notes in Redis when all sessions of a user were revoked, since no index of this library knows those that have not moved yet.
 *
 * <p>Thread-safe; never blocks, apart from {@link #remaining}.
 */
public final class SpringSessionStore {

    /** The namespace of Spring Session unless the application has chosen another one: {@value}. */
    public static final String DEFAULT_NAMESPACE = "spring:session";

    /**
     * How long a revocation of all sessions of a user keeps those from moving that were made before it: 30 days. Sessions in the old
     * form live on as long as they are used on servers that still run Spring Session.
     */
    public static final Duration REVOCATION_KNOWN = Duration.ofDays(30);

    private static final String PRINCIPAL_INDEX =
            ":index:org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME:";

    private final RedisCollections redis;
    private final RedisStrings strings;
    private final String namespace;
    private final String revocations;
    private final InstantSource clock;

    /**
     * The sessions of a namespace in the database of a store.
     *
     * @param namespace as Spring Session has it, without a colon at its end
     * @param prefix what keys of this library begin with; under it lie the revocations
     */
    public SpringSessionStore(RedisStore redis, String namespace, String prefix, InstantSource clock) {
        this.redis = redis.collections();
        this.strings = redis.strings();
        this.namespace = namespace.strip();
        this.revocations = prefix + ":revoked-before-move:";
        this.clock = clock;
    }

    /**
     * How many sessions lie there in the form of Spring Session. Reads the names of all keys of the database, a thousand at a time;
     * for operators, not for requests.
     */
    public long remaining() {
        return AwaitedReply.of(count());
    }

    /** As {@link #remaining}, without waiting. */
    CompletionStage<Long> count() {
        return redis.countHashes(sessionKey("*"));
    }

    /** The hash of a session; empty if there is none. */
    CompletionStage<Map<String, byte[]>> load(String id) {
        return redis.hash(sessionKey(id));
    }

    private String sessionKey(String id) {
        return namespace + ":sessions:" + id;
    }

    /** Removes the hash, which is the session, whatever else there is of it. Tells whether it was there. */
    CompletionStage<Boolean> remove(String id) {
        return strings.delete(sessionKey(id));
    }

    /**
     * Removes a session: the hash first, which decides whether it was there, and then what the indexed repository keeps beside it. A
     * server that still runs Spring Session is told by Redis that a key has gone, and finds no session to tell its listeners of.
     *
     * <p>Gives the fields that the hash had when it was removed. Another server may have changed them since the session was read.
     * Empty if the hash was gone.
     *
     * @param principal who is signed in; null for nobody
     */
    CompletionStage<Map<String, byte[]>> remove(OldSessionRecord session, @Nullable String principal) {
        Instant ends = session.lastAccessedAt().plus(session.idleTimeout());
        return redis.removeHash(sessionKey(session.id()))
                .thenCompose(fields -> fields.isEmpty()
                        ? CompletableFuture.completedFuture(fields)
                        : removeTraces(session.id(), ends, principal).thenApply(done -> fields));
    }

    /**
     * Removes what a server with Spring Session has stored of a session that had been removed before. Spring Session stores what a
     * request has changed, and does not notice that the rest is gone. Gives what was stored, which may be nothing; an empty {@code
     * Optional} if the session is whole.
     */
    CompletionStage<Optional<Map<String, byte[]>>> removeLateChanges(String id) {
        return redis.removeHashWithout(sessionKey(id), OldSessionRecord.CREATED);
    }

    /**
     * Removes what the indexed repository keeps beside the hash. What cannot be removed ends by itself, so the stage never fails.
     *
     * @param ends when the session would have ended, if it had not been used again
     */
    CompletionStage<?> removeTraces(String id, Instant ends, @Nullable String principal) {
        long minute =
                ends.plus(1, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
        CompletableFuture<?> key =
                strings.delete(namespace + ":sessions:expires:" + id).toCompletableFuture();
        CompletableFuture<?> inMinute = redis.removeFromSet(
                        namespace + ":expirations:" + minute, forms("expires:" + id))
                .toCompletableFuture();
        CompletableFuture<?> sorted = redis.removeFromSortedSet(namespace + ":sessions:expirations", forms(id))
                .toCompletableFuture();
        CompletableFuture<?> index = principal == null
                ? CompletableFuture.completedFuture(false)
                : redis.removeFromSet(namespace + PRINCIPAL_INDEX + principal, forms(id))
                        .toCompletableFuture();
        return CompletableFuture.allOf(key, inMinute, sorted, index).handle((done, failure) -> true);
    }

    /** A member of a set as the serializers write it: Java's, JSON, and plain text. */
    private static byte[][] forms(String member) {
        return new byte[][] {
            serialized(member),
            ('"' + member + '"').getBytes(StandardCharsets.UTF_8),
            member.getBytes(StandardCharsets.UTF_8)
        };
    }

    private static byte[] serialized(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The store for the session manager: the same, except that a revocation of all sessions of a user is noted for those that have
     * not moved.
     */
    public SessionStore notingRevocations(SessionStore store) {
        return new RevocationNotingStore(store, this);
    }

    /** Notes that all sessions of a user that exist now are revoked; does nothing for other indexes. */
    CompletionStage<Boolean> noteRevocation(IndexKey key) {
        if (!key.name().equals(IndexKey.PRINCIPAL)) {
            return CompletableFuture.completedFuture(false);
        }
        byte[] now = Long.toString(clock.millis()).getBytes(StandardCharsets.US_ASCII);
        return strings.set(revocations + key.hash(), now, REVOCATION_KNOWN, Condition.NONE);
    }

    /** Whether all sessions of a user were revoked after this session was made. */
    CompletionStage<Boolean> isRevoked(String principal, OldSessionRecord session) {
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, principal);
        return strings.get(revocations + key.hash())
                .thenApply(value -> value.isPresent()
                        && session.createdAt().toEpochMilli()
                                <= Long.parseLong(new String(value.get(), StandardCharsets.US_ASCII)));
    }

    @Override
    public String toString() {
        return "SpringSessionStore[" + namespace + "]";
    }
}
