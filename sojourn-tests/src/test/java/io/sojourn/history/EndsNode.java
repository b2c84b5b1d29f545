package io.sojourn.history;

import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.observe.SessionObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A process that tells on its standard output which sessions end. Its arguments are the URI and the prefix of the store, and how many replicas must have each write. */
final class EndsNode {

    private EndsNode() {}

    /**
     * Runs until its standard input ends.
     *
     * @param arguments the URI, the prefix, how many replicas must have each write, and anything more if every node is to be told
     */
    public static void main(String[] arguments) throws IOException {
        try (RedisStore store =
                store(arguments[0], arguments[1], Integer.parseInt(arguments[2]), Duration.ofSeconds(5))) {
            boolean everywhere = arguments.length > 3;
            SessionManager sessions = SessionManager.create(
                    store,
                    SessionSettings.builder()
                            .endEvents(true)
                            .endEventsOnEveryNode(everywhere)
                            .observer(new SessionObserver() {
                                @Override
                                public void ended(
                                        io.sojourn.SessionId id, io.sojourn.ends.EndCause cause, Duration lag) {
                                    print("lag " + lag.toMillis() + " " + cause);
                                }

                                @Override
                                public void endHandedOn(io.sojourn.SessionId id) {
                                    print("handed " + id);
                                }

                                @Override
                                public void endNotTold(
                                        io.sojourn.SessionId id, @Nullable Duration retryIn, Throwable cause) {
                                    print("failed " + id + " " + cause);
                                }

                                @Override
                                public void endUnknown(io.sojourn.SessionId id) {
                                    print("unknown " + id);
                                }
                            })
                            .build());
            SessionEndListener listener =
                    end -> print("end " + end.id() + " " + end.cause() + " " + end.<String>get("cart"));
            EndWatch watch = everywhere ? sessions.listenToEndsOnEveryNode(listener) : sessions.listenToEnds(listener);
            print("ready");
            while (System.in.read() >= 0) {
                // Until the test closes it.
            }
            watch.close();
        }
    }

    /** @param replicas how many must have each write */
    static RedisStore store(String uri, String prefix, int replicas, Duration timeout) {
        RedisStoreBuilder builder = RedisStore.builder().uri(uri).prefix(prefix).timeout(timeout);
        return (replicas == 0 ? builder : builder.durability(replicas, Duration.ofSeconds(1))).connect();
    }

    /** One line, even if several threads print. */
    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
