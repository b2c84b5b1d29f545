package io.sojourn.redis;

import java.time.Duration;

/**
 * Which servers answer {@linkplain RedisStore#load loads}. All else is the masters' affair in any case: writes, touches,
 * scripts, the indexes.
 */
public enum ReadFrom {

    /** The master: a load gives the present state. The default. */
    MASTER,

    /**
     * A replica of that master, any of those that keep up with it; the master if there is none, if the replica does not
     * answer, and if it has no such session.
     *
     * <p><b>What it costs.</b> A replica lags behind, usually by less than a millisecond; one that is known to be right for
     * no later a time than {@link #MAX_LAG} ago is not asked. For so long at the most, a load may give an earlier state than
     * the present one, if <em>another process</em> has changed it:
     * <ul>
     *   <li>a session that was revoked there is still accepted: whoever was signed out is not yet, and a stolen token opens
     *       what it opened;
     *   <li>after a rotation there, at a sign-in above all, the old secret still opens the session and the new one does not
     *       yet: a client whose next request reaches another process may seem to be signed out for that request;
     *   <li>attributes have their earlier values.
     * </ul>
     * What this very store has written, or was asked to end, it reads from the master for that time. A session that was just
     * created is found, since what a replica lacks is asked of the master. No update is lost: writes are compared with
     * the state at the master, so one that was based on an earlier state meets a conflict and is merged or made again, and
     * nothing brings back what was revoked. The replicas' clocks end sessions: let them follow a time server.
     *
     * <p>Where that cannot be borne, {@link RedisStore.Builder#durability} with as many replicas as there are lets a
     * revocation or a rotation wait until all have it; or leave the default.
     *
     * <p><b>How.</b> Each master is asked twice a second for its replicas and for how much it has written ({@code INFO}), and
     * each replica how much of that it has; without the right to that no replica is asked for sessions. Replicas have to be
     * reachable by the addresses that their master knows, with the same credentials and TLS. A load that a replica does not
     * answer goes on to the master after a quarter of {@link RedisStore.Builder#timeout}, and takes so much longer. While
     * a master is away its sessions cannot be loaded, with replicas or without: nobody could tell how old they are.
     */
    PREFER_REPLICA;

    /** 2 s: a replica that may be further behind answers no loads. */
    public static final Duration MAX_LAG = Duration.ofSeconds(2);
}
