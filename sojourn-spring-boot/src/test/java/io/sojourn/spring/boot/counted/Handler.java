package io.sojourn.spring.boot.counted;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** URLs of the protocol {@code counted}, which count how often the address of their host is asked for. */
public final class Handler extends URLStreamHandler {

    /** How often it was. */
    public static final AtomicInteger LOOKUPS = new AtomicInteger();

    /** Where the JDK looks for handlers, as the system property {@code java.protocol.handler.pkgs} has it. */
    public static final String PACKAGE = "io.sojourn.spring.boot";

    @Override
    protected synchronized @Nullable InetAddress getHostAddress(URL url) {
        LOOKUPS.incrementAndGet();
        return null;
    }

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
        throw new IOException("There is nothing behind " + url);
    }
}
