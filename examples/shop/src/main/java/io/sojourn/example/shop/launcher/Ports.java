package io.sojourn.example.shop.launcher;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Looks at ports before anything is started on them. */
final class Ports {

    private Ports() {}

    static void requireFree(List<Integer> ports) {
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true); // Connections of an earlier run that are not quite over do not count.
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (BindException e) {
                throw new CannotStartException(
                        "port " + port + " cannot be had (" + e.getMessage() + "); name another with --port");
            } catch (IOException e) {
                throw new CannotStartException("port " + port + " cannot be had: " + e.getMessage());
            }
        }
    }
}
