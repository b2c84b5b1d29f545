/** For operators: sessions in Redis, and the state of servers and keys. */
module io.sojourn.admin {
    requires transitive io.sojourn.core;
    requires transitive io.sojourn.redis;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.cbor;
    requires static transitive org.jspecify;

    exports io.sojourn.admin;
    exports io.sojourn.admin.events;
}
