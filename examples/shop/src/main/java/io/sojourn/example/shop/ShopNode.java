package io.sojourn.example.shop;

import io.sojourn.StoreUnavailableException;
import io.sojourn.example.shop.settings.LogLevel;
import io.sojourn.example.shop.settings.NodeSettings;
import io.sojourn.example.shop.settings.ShopLogging;
import io.sojourn.example.shop.settings.WorkDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import org.apache.catalina.LifecycleException;

/**
 * One server of the fleet, as a process: started by the launcher, and gone when the launcher is, however that ends. It is
 * told how by {@link NodeSettings}.
 */
public final class ShopNode {

    /** The exit code of a node that could not start. */
    private static final int CANNOT_START = 2;

    private static final System.Logger LOG = System.getLogger(ShopNode.class.getName());

    private ShopNode() {}

    /** Serves until the process is told to end, or its standard input ends. */
    public static void main(String[] args) {
        NodeSettings node = NodeSettings.fromProcess();
        ShopLogging.start(node.log());
        ShopServer server;
        try {
            server = ShopServer.start(node);
        } catch (StoreUnavailableException e) {
            fail(node, "Redis does not answer: " + e.getMessage());
            return;
        } catch (LifecycleException | IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "could not start", e);
            fail(node, "could not start: " + rootMessage(e));
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, node), "shop-stop"));
        LOG.log(Level.INFO, "{0} serves", node);
        awaitEndOfInput();
        System.exit(0);
    }

    private static void fail(NodeSettings node, String message) {
        System.err.println(message);
        remove(node.directory());
        System.exit(CANNOT_START);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    private static void awaitEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the launcher is gone", e);
        }
    }

    private static void stop(ShopServer server, NodeSettings node) {
        if (node.log() == LogLevel.WARN) {
            ShopLogging.start(
                    LogLevel.ERROR); // Ctrl-C reaches Redis as well, so a lost connection is no news from now on.
        }
        try {
            server.close();
        } catch (LifecycleException e) {
            LOG.log(Level.WARNING, "did not stop in order", e);
        } finally {
            remove(node.directory());
        }
    }

    private static void remove(WorkDirectory directory) {
        directory.remove();
        directory.removeAroundIfLast();
    }
}
