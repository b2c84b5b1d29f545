import io.sojourn.servlet.SojournInitializer;
import jakarta.servlet.ServletContainerInitializer;

/** The filter that gives a Jakarta Servlet application its sessions. */
module io.sojourn.servlet {
    requires transitive io.sojourn.core;
    requires transitive jakarta.servlet;
    requires static transitive org.jspecify;

    exports io.sojourn.servlet;

    provides ServletContainerInitializer with
            SojournInitializer;
}
