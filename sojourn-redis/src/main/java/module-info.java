/** The session store in Redis or Valkey. */
// Lettuce is no module yet, but its jar names one (lettuce.core), so this name will stay.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.sojourn.redis {
    requires transitive io.sojourn.core;
    requires transitive lettuce.core;
    requires static transitive org.jspecify;

    exports io.sojourn.redis;
}
