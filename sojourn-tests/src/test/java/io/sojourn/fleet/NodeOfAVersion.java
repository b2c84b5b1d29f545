package io.sojourn.fleet;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node on the version of Sojourn that its class loader has. It uses only what the version before has as well. */
public final class NodeOfAVersion implements FleetNode {

    private final RedisStore store;
    private final SessionManager manager;

    /** Connects. */
    public NodeOfAVersion(String uri, boolean near) {
        RedisStoreBuilder builder = RedisStore.builder().uri(uri);
        store = (near ? builder.nearCache(NearCache.create()) : builder).connect();
        manager = SessionManager.create(
                store, SessionSettings.builder().maxConflicts(1_000).build());
    }

    private static Map<String, List<String>> lists(Session session) {
        Map<String, List<String>> lists = new TreeMap<>();
        for (String name : session.names()) {
            List<String> list = session.get(name);
            lists.put(name, list == null ? List.of() : List.copyOf(list));
        }
        return lists;
    }

    private static void append(Session session, String name, String element) {
        List<String> before = session.get(name);
        List<String> list = new ArrayList<>(before == null ? List.of() : before);
        list.add(element);
        session.set(name, list);
    }

    @Override
    public String create(String list) {
        Session session = manager.create();
        session.set(list, List.of());
        if (manager.save(session) != SaveOutcome.SAVED) {
            throw new IllegalStateException("A new session was not saved");
        }
        return session.token().reveal();
    }

    @Override
    public Optional<Map<String, List<String>>> find(String token) {
        return manager.find(token).map(NodeOfAVersion::lists);
    }

    @Override
    public Optional<Map<String, List<String>>> findById(String id) {
        return manager.findById(SessionId.parse(id).orElseThrow()).map(NodeOfAVersion::lists);
    }

    @Override
    public Optional<Map<String, List<String>>> update(String token, String list, String element) {
        return manager.find(token)
                .flatMap(found -> manager.update(found, current -> {
                    append(current, list, element);
                    return lists(current);
                }));
    }

    @Override
    public Optional<String> save(String token, String list, String element, How how) {
        Optional<Session> found = manager.find(token);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Session session = found.get();
        SessionId before = session.id();
        append(session, list, element);
        if (how != How.SAVE) {
            SessionToken unused = how == How.ROTATE ? session.rotate() : session.signIn("user of " + before);
        }
        return manager.save(session) == SaveOutcome.SAVED && session.id().equals(before)
                ? Optional.of(session.token().reveal())
                : Optional.empty();
    }

    @Override
    public void revoke(String id) {
        boolean unused = manager.revoke(SessionId.parse(id).orElseThrow());
    }

    @Override
    public String origin() {
        return String.valueOf(
                SessionManager.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Override
    public void close() {
        store.close();
    }
}
