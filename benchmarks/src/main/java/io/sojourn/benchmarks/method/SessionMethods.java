package io.sojourn.benchmarks.method;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.benchmarks.peer.Samples;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.memory.MemoryStore;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What Sojourn does apart from waiting for Redis: a store in memory stands in for it. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SessionMethods {

    private final MemoryStore store = new MemoryStore();
    private final SessionManager sessions = SessionManager.create(store);
    private final JacksonCodec codec = JacksonCodec.create();
    private final Object list = Samples.TEN.get("cart");
    private final byte[] encodedList = codec.encode("cart", list);
    private String token = "";
    private long count;

    /** Stores a session of ten attributes. */
    @Setup
    public void store() {
        Session session = sessions.create();
        Samples.TEN.forEach(session::set);
        sessions.save(session);
        token = session.token().reveal();
    }

    /** Gives the store back. */
    @TearDown
    public void close() {
        store.close();
    }

    /** A client's text becomes a token. */
    @Benchmark
    public Optional<SessionToken> parseToken() {
        return SessionToken.parse(token);
    }

    /** A stored session is opened; no attribute is decoded. */
    @Benchmark
    public Optional<Session> find() {
        return sessions.find(token);
    }

    /** As {@link #find}, and one attribute is read. */
    @Benchmark
    public Object findAndRead() {
        return sessions.find(token).orElseThrow().get(Samples.CHANGED, String.class);
    }

    /** As {@link #find}, and one attribute is changed and the session saved. */
    @Benchmark
    public Object findAndChange() {
        Session session = sessions.find(token).orElseThrow();
        session.set(Samples.CHANGED, Samples.page(count++));
        return sessions.save(session);
    }

    /** A list of three strings becomes bytes. */
    @Benchmark
    public byte[] encodeList() {
        return codec.encode("cart", list);
    }

    /** And back. */
    @Benchmark
    public Object decodeList() {
        return codec.decode("cart", encodedList);
    }
}
