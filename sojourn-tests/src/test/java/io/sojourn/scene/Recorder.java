package io.sojourn.scene;

import io.sojourn.SessionId;
import io.sojourn.histories.Action;
import io.sojourn.histories.Call;
import io.sojourn.histories.Flush;
import io.sojourn.histories.Outcome;
import io.sojourn.histories.RecordedHistory;
import io.sojourn.redis.RedisStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps every call of a scene, and the servers that the called node was connected to. */
final class Recorder {

    private static final Pattern PORT = Pattern.compile(":(\\d+)$");

    private record Kept(Call call, Set<Integer> ports) {}

    private final List<RedisStore> stores;
    private final BiPredicate<String, Integer> mayHold;
    private final Queue<Kept> calls = new ConcurrentLinkedQueue<>();

    /**
     * A record that is empty yet.
     *
     * @param mayHold whether the server at a port may have had a session
     */
    Recorder(List<RedisStore> stores, BiPredicate<String, Integer> mayHold) {
        this.stores = stores;
        this.mayHold = mayHold;
    }

    /** A call that has begun. Unless it is told otherwise, its end is unknown. */
    final class Open {
        private final int process;
        private final int node;
        private final Action action;
        private final SessionId session;
        private final @Nullable String list;
        private final @Nullable String element;
        private final Set<Integer> ports;
        private final long begin;

        private Open(
                int process,
                int node,
                Action action,
                SessionId session,
                @Nullable String list,
                @Nullable String element) {
            this.process = process;
            this.node = node;
            this.action = action;
            this.session = session;
            this.list = list;
            this.element = element;
            this.ports = ports(node);
            this.begin = System.nanoTime();
        }

        void end(Outcome outcome, @Nullable Map<String, List<String>> read) {
            long end = System.nanoTime();
            ports.addAll(ports(node));
            calls.add(new Kept(
                    new Call(
                            process,
                            node,
                            action,
                            session.toString(),
                            list,
                            element,
                            begin,
                            end,
                            outcome,
                            List.of(),
                            read),
                    ports));
        }

        void end(Outcome outcome) {
            end(outcome, null);
        }
    }

    Open begin(int process, int node, Action action, SessionId session) {
        return new Open(process, node, action, session, null, null);
    }

    Open begin(
            int process, int node, Action action, SessionId session, @Nullable String list, @Nullable String element) {
        return new Open(process, node, action, session, list, element);
    }

    private Set<Integer> ports(int node) {
        Set<Integer> ports = new HashSet<>();
        for (String server : stores.get(node).servers()) {
            Matcher matcher = PORT.matcher(server);
            if (matcher.find()) {
                ports.add(Integer.valueOf(matcher.group(1)));
            }
        }
        return ports;
    }

    /** The whole record, once nothing is called any more. */
    RecordedHistory history(OffsetLog offsets, List<Flush> flushes) {
        List<Call> known = new ArrayList<>(calls.size());
        for (Kept kept : calls) {
            Call call = kept.call();
            known.add(call.withOrigins(offsets.origins(
                    kept.ports(), port -> mayHold.test(call.session(), port), call.begin(), call.end())));
        }
        return new RecordedHistory(known, offsets.failovers(), flushes);
    }
}
