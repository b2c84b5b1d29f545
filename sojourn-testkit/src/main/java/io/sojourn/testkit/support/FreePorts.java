package io.sojourn.testkit.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks ports from 10000 to 19999. These lie below the range from which systems take the near end of outgoing
 * connections (from 32768 on Linux, from 49152 on others): a client that keeps trying to reach a stopped server in that
 * range can be given the server's own port, connect to itself, and keep the server from coming back. And the port 10000
 * above, which a node of a cluster takes for its bus, lies below that range as well.
 */
public final class FreePorts {

    private static final int FIRST = 10_000;
    private static final int END = 20_000;
    private static final int ATTEMPTS = 1_000;

    // A stopped server keeps its port: it is free to the system, but not to another server of this JVM.
    private static final Set<Integer> CLAIMED = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A port that nobody listens on at this moment, and that no other caller in this JVM gets until it is released. */
    public static int claim() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (CLAIMED.add(port)) {
                if (isFree(port)) {
                    return port;
                }
                CLAIMED.remove(port);
            }
        }
        throw new IllegalStateException("no free port found from " + FIRST + " to " + (END - 1) + " in " + ATTEMPTS
                + " attempts; is the machine full of servers?");
    }

    public static void release(int port) {
        CLAIMED.remove(port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
