package io.sojourn.testkit;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A slot on its way from one master to another, as {@code CLUSTER SETSLOT} describes. Made by
 * {@link RedisCluster#beginMove}. Until {@link #finish()} the source answers for the keys that it still has, and sends
 * clients that ask for others to the target by {@code ASK}; from then on by {@code MOVED}.
 */
public final class SlotMove {

    private static final System.Logger LOG = System.getLogger(SlotMove.class.getName());
    private static final int BATCH = 100;
    private static final int MIGRATE_MILLIS = 5_000;

    private final RedisCluster cluster;
    private final int slot;
    private final RedisServer from;
    private final RedisServer to;

    SlotMove(RedisCluster cluster, int slot, RedisServer from, RedisServer to) {
        this.cluster = cluster;
        this.slot = slot;
        this.from = from;
        this.to = to;
        if (from != to) {
            setSlot(to, "IMPORTING", cluster.idOf(from));
            setSlot(from, "MIGRATING", cluster.idOf(to));
        }
    }

    private void setSlot(RedisServer at, String state, String node) {
        Object unused = RedisCluster.call(at, "CLUSTER", "SETSLOT", Integer.toString(slot), state, node);
    }

    /** The nodes tell each other, too; and a source that has heard and has no slot left is no master any more. */
    private void tell(RedisServer master, String target) {
        try {
            setSlot(master, "NODE", target);
        } catch (RedisReplyException e) {
            LOG.log(Level.DEBUG, "{0} was told already: {1}", master, e.getMessage());
        }
    }

    /** Moves the keys that are in the slot at this moment, and tells how many these were. */
    public int moveKeys() {
        int moved = 0;
        try (RedisProbe source = from.probe()) {
            while (from != to) {
                List<?> keys = (List<?>)
                        source.call("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(BATCH));
                if (keys == null || keys.isEmpty()) {
                    return moved;
                }
                List<String> migrate = new ArrayList<>(List.of(
                        "MIGRATE",
                        RedisServer.HOST,
                        Integer.toString(RedisCluster.linkPort(to)),
                        "",
                        "0",
                        Integer.toString(MIGRATE_MILLIS),
                        "KEYS"));
                keys.forEach(key -> migrate.add(String.valueOf(key)));
                source.call(migrate.toArray(String[]::new));
                moved += keys.size();
            }
        }
        return moved;
    }

    /** Moves what keys are left, and hands the slot over; every running master is told. */
    public void finish() {
        moveKeys();
        if (from != to) {
            String target = cluster.idOf(to);
            // The target first: should the source hear it first, nobody would answer for the slot in between.
            setSlot(to, "NODE", target);
            Stream.concat(Stream.of(from), cluster.masters().stream().filter(master -> master != to && master != from))
                    .forEach(master -> tell(master, target));
        }
    }
}
