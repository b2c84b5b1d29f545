/** For operators: the sessions in Redis in the browser. */
module io.sojourn.console {
    requires transitive io.sojourn.admin;
    requires tools.jackson.databind;
    requires static transitive jakarta.servlet; // The command line serves the console without it.
    requires static transitive org.jspecify;

    exports io.sojourn.console;
}
