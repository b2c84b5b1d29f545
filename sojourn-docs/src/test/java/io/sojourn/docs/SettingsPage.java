package io.sojourn.docs;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.sojourn.SessionSettings;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.events.EventPublisher;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.console.ConsoleServlet;
import io.sojourn.http.SessionCookie;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.redis.RedisTls;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.webflux.SojournWebSessionManager;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.zstd.CompressedStore;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tables of {@code docs/settings.md} anew. Name, type and default come from the code, and so does the name as text and in
 * the environment; meaning, first version, and a default that the code does not tell stay as the page has them.
 */
final class SettingsPage {

    /** A builder, what names of its settings begin with as text, and what it builds by default where that can be asked. */
    private record Source(
            Class<?> builder, String prefix, @Nullable Object built) {

        /** The class that has constants for them. */
        Class<?> defaults() {
            Class<?> outer = builder.getDeclaringClass();
            return outer == null ? RedisStore.class : outer;
        }
    }

    private record Row(String type, String preset, String texts, String since, String meaning) {

        static Row of(String[] cells) {
            return new Row(cells[0], cells[1], cells[2], cells[3], cells[4]);
        }
    }

    static final String WRITE_ME = "WRITE ME";

    private static final String NO_TEXT = "–";
    private static final Pattern TABLE = Pattern.compile("(?s)(<!-- settings of (\\S+) -->\n)(.*?)(<!-- to here -->)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*) \\|$");
    private static final Set<String> NO_SETTINGS = Set.of("build", "connect");

    private static final Map<String, Source> SOURCES = sources(
            new Source(
                    SessionSettings.Builder.class, "", SessionSettings.builder().build()),
            new Source(RedisStoreBuilder.class, "redis", null),
            new Source(NearCache.Builder.class, "nearCache", NearCache.create()),
            new Source(JacksonCodec.Builder.class, "", null),
            new Source(JavaSerializationCodec.Builder.class, "java", null),
            new Source(SojournFilter.Builder.class, "", null),
            new Source(
                    SessionCookie.Builder.class,
                    "cookie",
                    SessionCookie.builder().build()),
            new Source(RedisTls.Builder.class, "redis", null),
            new Source(EncryptedStore.Builder.class, "encryption", null),
            new Source(CompressedStore.Builder.class, "compression", null),
            new Source(SpringCodec.Builder.class, "", null),
            new Source(SojournWebSessionManager.Builder.class, "", null),
            new Source(SessionAdmin.Builder.class, "", null),
            new Source(EventPublisher.Builder.class, "", null),
            new Source(ConsoleServlet.Builder.class, "", null));

    /** What the filter, which alone reads texts, does not build: a setting of theirs may have the name of one of the filter's. */
    private static final Set<String> NOT_BY_TEXT =
            Set.of("SpringCodec", "SojournWebSessionManager", "SessionAdmin", "EventPublisher", "ConsoleServlet");

    /** Names as text that no rule tells. */
    private static final Map<String, List<String>> TEXTS = Map.ofEntries(
            Map.entry("RedisStoreBuilder.uri", List.of(SessionConfig.STORE_URI)),
            Map.entry("RedisStoreBuilder.durability", List.of("durabilityReplicas", "durabilityWait")),
            Map.entry("RedisStoreBuilder.sentinelCredentials", List.of("redisSentinelUser", "redisSentinelPassword")),
            Map.entry("RedisTls.trust", List.of("redisTrust", "redisTrustPassword")),
            Map.entry("RedisTls.certificate", List.of("redisCertificate", "redisKey", "redisKeyPassword")),
            Map.entry("RedisTls.keyStore", List.of("redisKeyStore", "redisKeyPassword")),
            Map.entry("JacksonCodec.allow", List.of("allowedTypes")),
            Map.entry("JacksonCodec.alias", List.of("aliases")),
            Map.entry("JavaSerializationCodec.allow", List.of("allowedTypes")),
            Map.entry("SessionCookie.sameSite", List.of("sameSite")),
            Map.entry("SessionCookie.attribute", List.of("cookieAttributes")),
            Map.entry("SojournFilter.tokenTransport", List.of("tokenHeader", "tokenHeaderOnly")),
            Map.entry("SojournFilter.listener", List.of("listeners")));

    private final Set<String> texts = textNames();
    private final String version;

    SettingsPage(String version) {
        this.version = version;
    }

    private static Map<String, Source> sources(Source... all) {
        return Stream.of(all).collect(toMap(source -> name(source.builder()), source -> source));
    }

    /** {@code SessionSettings}, for its {@code Builder}. */
    private static String name(Class<?> builder) {
        Class<?> outer = builder.getDeclaringClass();
        return outer == null ? builder.getSimpleName() : outer.getSimpleName();
    }

    /** What the filter, which knows most, understands. */
    static Set<String> textNames() {
        try {
            Method names = Class.forName("io.sojourn.servlet.FilterParameters").getDeclaredMethod("names");
            names.setAccessible(true);
            Set<String> all = new TreeSet<>();
            ((Collection<?>) names.invoke(null)).forEach(name -> all.add((String) name));
            return all;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot be called", e);
        }
    }

    /** The builders whose tables the page must have. */
    static Set<String> builders() {
        return new TreeSet<>(SOURCES.keySet());
    }

    /** The builders whose tables a page has. */
    static List<String> tables(String page) {
        return TABLE.matcher(page).results().map(found -> found.group(2)).toList();
    }

    /** The names of all settings of the page, those that no table is generated for included. */
    static Set<String> settings(String page) {
        Set<String> names = new TreeSet<>();
        ROW.matcher(page).results().forEach(row -> names.add(row.group(1)));
        return names;
    }

    /** The page as it should be, given the one that there is. */
    String rewritten(String page) {
        return TABLE.matcher(page)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) + table(found.group(2), rows(found.group(3))) + found.group(4)));
    }

    private static Map<String, Row> rows(String table) {
        Map<String, Row> rows = new LinkedHashMap<>();
        ROW.matcher(table).results().forEach(row -> {
            String[] cells = row.group(2).split(" \\| ", -1);
            if (cells.length == 5) {
                rows.put(row.group(1), Row.of(cells));
            }
        });
        return rows;
    }

    private String table(String name, Map<String, Row> before) {
        Source source = SOURCES.get(name);
        if (source == null) {
            throw new AssertionError("There is no builder " + name + " in SettingsPage");
        }
        StringBuilder table = new StringBuilder(
                "\n| setting | type | default | as text | since | meaning |\n|---|---|---|---|---|---|\n");
        Map<String, String> types = types(source.builder());
        Set<String> order = new LinkedHashSet<>(before.keySet()); // The page's, then new ones.
        order.retainAll(types.keySet());
        order.addAll(types.keySet());
        for (String setting : order) {
            Row row = before.getOrDefault(setting, new Row("", WRITE_ME, "", version, WRITE_ME));
            table.append("| `%s` | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            setting,
                            types.get(setting),
                            preset(source, setting).orElse(row.preset()),
                            asText(source, setting),
                            row.since(),
                            row.meaning()));
        }
        return table.append('\n').toString();
    }

    /** The types of its parameters by the name of a setting; those of overloads behind each other. */
    private static Map<String, String> types(Class<?> builder) {
        Map<String, Set<String>> all = new TreeMap<>();
        for (Method method : builder.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !method.isSynthetic()
                    && !NO_SETTINGS.contains(method.getName())) {
                String types = Stream.of(method.getGenericParameterTypes())
                        .map(SettingsPage::simple)
                        .collect(joining(", "));
                all.computeIfAbsent(method.getName(), name -> new TreeSet<>())
                        .add(types.isEmpty() ? "no argument" : "`" + types + "`");
            }
        }
        Map<String, String> types = new TreeMap<>();
        all.forEach((name, each) -> types.put(name, String.join(" or ", each)));
        return types;
    }

    private static String simple(Type type) {
        return type.getTypeName().replaceAll("[\\w.]+[.$](\\w+)", "$1").replace("[]", "…");
    }

    /** What the code says, by a constant or by what is built with defaults; empty if it does not tell. */
    private static Optional<String> preset(Source source, String setting) {
        String constant = "DEFAULT_" + setting.replaceAll("(\\p{Lu})", "_$1").toUpperCase(Locale.ROOT);
        for (Field field : source.defaults().getDeclaredFields()) {
            if (field.getName().equals(constant) && Modifier.isPublic(field.getModifiers())) {
                return rendered(setting, value(field));
            }
        }
        if (source.built() == null) {
            return Optional.empty();
        }
        try {
            return rendered(
                    setting, source.built().getClass().getMethod(setting).invoke(source.built()));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot be called", e);
        }
    }

    private static Object value(Field constant) {
        try {
            return constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<String> rendered(String setting, Object value) {
        if (value instanceof Duration time) {
            return Optional.of(time.isZero() ? "never" : "`" + duration(time) + "`");
        }
        if (value instanceof Number number) {
            boolean size = setting.endsWith("Bytes") || setting.equals("inlineLimit");
            return Optional.of("`" + (size ? size(number.longValue()) : number) + "`");
        }
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? Optional.of("none") : rendered(setting, optional.get());
        }
        if (value instanceof Collection<?> all && all.isEmpty()) {
            return Optional.of("none");
        }
        if (value instanceof Enum<?> constant) {
            return Optional.of("`" + constant.name() + "`");
        }
        return value instanceof Boolean || value instanceof String ? Optional.of("`" + value + "`") : Optional.empty();
    }

    static String duration(Duration time) {
        long millis = time.toMillis();
        if (millis % 3_600_000 == 0) {
            return time.toHours() + "h";
        }
        if (millis % 60_000 == 0 && millis > 60_000) {
            return time.toMinutes() + "m";
        }
        return millis % 1_000 == 0 ? time.toSeconds() + "s" : millis + "ms";
    }

    private static String size(long bytes) {
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : String.valueOf(bytes);
    }

    private String asText(Source source, String setting) {
        List<String> names = TEXTS.getOrDefault(name(source.builder()) + "." + setting, byRule(source, setting));
        return names.isEmpty()
                ? NO_TEXT
                : names.stream()
                        .map(name -> "`" + name + "`, `" + EnvironmentNames.nameOf(name) + "`")
                        .collect(joining("; "));
    }

    private List<String> byRule(Source source, String setting) {
        if (NOT_BY_TEXT.contains(name(source.builder()))) {
            return List.of();
        }
        String prefixed = source.prefix() + setting.substring(0, 1).toUpperCase(Locale.ROOT) + setting.substring(1);
        // The settings of a cookie and of layers have names like others; those of the store and of codecs have not.
        boolean alone = source.prefix().isEmpty() || source.prefix().equals("redis");
        return Stream.of(prefixed, alone ? setting : prefixed)
                .filter(texts::contains)
                .limit(1)
                .toList();
    }
}
