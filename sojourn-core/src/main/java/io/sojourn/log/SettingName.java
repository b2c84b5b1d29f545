package io.sojourn.log;

import java.util.Locale;

/**
 * A setting as messages name it. A message says what to raise or to set, and its reader may have set Sojourn up by a descriptor, by
 * the environment, in Spring Boot, in Ring or in Java. So {@link #toString} has the name of the setting for each of these.
 */
public enum SettingName {
    ALIASES("aliases", "JacksonCodec.builder().alias"),
    ALLOWED_TYPES("allowedTypes", "allow of the codec's builder", "sojourn.allowed-types"),
    ALSO_READ("alsoRead", "SessionSettings.builder().alsoRead"),
    CODEC("codec", "SessionSettings.builder().codec"),
    COMPRESSION_MAX_BYTES("compressionMaxBytes", "CompressedStore.builder(…).maxBytes"),
    COOKIE_NAME("cookieName", "SessionCookie.builder().name", "server.servlet.session.cookie.name"),
    ENCRYPTION_ACCEPT_PLAINTEXT_UNTIL(
            "encryptionAcceptPlaintextUntil", "EncryptedStore.builder(…).acceptPlaintextUntil"),
    ENCRYPTION_WRITE_PLAINTEXT("encryptionWritePlaintext", "EncryptedStore.builder(…).writePlaintext"),
    END_EVENTS("endEvents", "SessionSettings.builder().endEvents", "sojourn.end-events", ":on-end"),
    END_EVENTS_ON_EVERY_NODE(
            "endEventsOnEveryNode",
            "SessionSettings.builder().endEventsOnEveryNode",
            "sojourn.end-events-on-every-node"),
    JAVA_FILTER("javaFilter", "JavaSerializationCodec.builder().filter"),
    JAVA_MAX_ARRAY_LENGTH("javaMaxArrayLength", "JavaSerializationCodec.builder().maxArrayLength"),
    JAVA_MAX_BYTES("javaMaxBytes", "JavaSerializationCodec.builder().maxBytes"),
    JAVA_MAX_DEPTH("javaMaxDepth", "JavaSerializationCodec.builder().maxDepth"),
    JAVA_MAX_REFERENCES("javaMaxReferences", "JavaSerializationCodec.builder().maxReferences"),
    LISTENERS("listeners", "SojournFilter.builder(…).listener"),
    MAX_ATTRIBUTES("maxAttributes", "SessionSettings.builder().maxAttributes", "sojourn.limits.max-attributes"),
    MAX_ATTRIBUTE_BYTES(
            "maxAttributeBytes", "SessionSettings.builder().maxAttributeBytes", "sojourn.limits.max-attribute-size"),
    MAX_CONFLICTS("maxConflicts", "SessionSettings.builder().maxConflicts"),
    MAX_SESSION_BYTES(
            "maxSessionBytes",
            "SessionSettings.builder().maxSessionBytes",
            "sojourn.limits.max-session-size",
            ":max-session-bytes"),
    PREFIX("prefix", "RedisStore.builder().prefix", "sojourn.redis.prefix", ":prefix"),
    REDIS_CLIENT_NAME("redisClientName", "RedisStore.builder().clientName"),
    REDIS_DATABASE("redisDatabase", "RedisStore.builder().database", "spring.data.redis.database", ":db"),
    REDIS_MAX_LOAD_BYTES("redisMaxLoadBytes", "RedisStore.builder().maxLoadBytes", "", ":max-session-bytes"),
    REDIS_PROTOCOL("redisProtocol", "RedisStore.builder().protocol"),
    STORE_EMPTY_SESSIONS(
            "storeEmptySessions", "SojournFilter.builder(…).storeEmptySessions", "sojourn.store-empty-sessions"),
    TIMEOUT("timeout", "RedisStore.builder().timeout", "sojourn.redis.timeout", ":timeout-ms"),
    TOKEN_HEADER("tokenHeader", "SojournFilter.builder(…).tokenTransport", "sojourn.token-header"),
    TRACKING_MODES("trackingModes", "SojournFilter.builder(…).trackingModes", "server.servlet.session.tracking-modes");

    /** The name of the setting that has the URI of the store, of whatever kind: {@code memory:} is one, too. */
    public static final String STORE_URI = "redis";

    private final String text;
    private final String java;
    private final String spring;
    private final String ring;

    SettingName(String text, String java) {
        this(text, java, "");
    }

    SettingName(String text, String java, String spring) {
        this(text, java, spring, "");
    }

    SettingName(String text, String java, String spring, String ring) {
        this.text = text;
        this.java = java;
        this.spring = spring;
        this.ring = ring;
    }

    /** The variable of the environment for the setting with this name. */
    public static String variable(String text) {
        return "SOJOURN_"
                + (text.equals(STORE_URI)
                        ? "REDIS_URI"
                        : text.replaceAll("(\\p{Lu})", "_$1").toUpperCase(Locale.ROOT));
    }

    /** Names the setting with this name in every form; one that no constant has, in those forms that follow from the name. */
    public static String inEveryForm(String text) {
        for (SettingName setting : values()) {
            if (setting.text.equals(text)) {
                return setting.toString();
            }
        }
        return asText(text);
    }

    /** Names a setting that texts alone have: {@code javaFilter (in the environment SOJOURN_JAVA_FILTER)}. */
    public static String asText(String text) {
        return text + " (in the environment " + variable(text) + ")";
    }

    /** What sets it in a descriptor, and as an init parameter of the filter. */
    public String text() {
        return text;
    }

    /** The setter in Java. */
    public String java() {
        return java;
    }

    /** The property of Spring Boot; empty if there is none. */
    public String spring() {
        return spring;
    }

    /** The option of the Ring store or of its connection; empty if there is none. */
    public String ring() {
        return ring;
    }

    /** Its names in the environment, in Spring Boot and in Ring: {@code in the environment SOJOURN_TIMEOUT, in Spring Boot …}. */
    public String otherTexts() {
        return "in the environment " + variable(text)
                + (spring.isEmpty() ? "" : ", in Spring Boot " + spring)
                + (ring.isEmpty() ? "" : ", in Ring " + ring);
    }

    /** Its name as text, and in parentheses those of the environment, of Spring Boot, of Ring and of Java. */
    @Override
    public String toString() {
        return text + " (" + otherTexts() + ", in Java " + java + ")";
    }
}
