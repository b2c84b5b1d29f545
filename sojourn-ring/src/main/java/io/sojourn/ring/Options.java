package io.sojourn.ring;

import clojure.lang.BigInt;
import clojure.lang.IFn;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.RT;
import clojure.lang.Symbol;
import clojure.lang.Util;
import clojure.lang.Var;
import io.sojourn.SessionSettings;
import io.sojourn.spi.SessionObserver;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a store, checked.
 *
 * @param prefix what all keys in Redis begin with
 * @param expiry how long a session lives after its last write, or use; null for ever
 * @param absolute how long a session lives however much it is used; null for ever
 * @param rotate how old a secret may be; null for as old as its session
 * @param resetOnRead whether reading counts as use
 * @param handlers the application's own functions between data and what is stored
 * @param outage what to do while Redis is away
 * @param legacy what to do with sessions of the older store
 * @param transit whether Transit is written instead of EDN
 * @param maxBytes the largest session
 * @param observer who hears of events; null for the default, which logs
 */
record Options(
        String prefix,
        @Nullable Duration expiry,
        @Nullable Duration absolute,
        @Nullable Duration rotate,
        boolean resetOnRead,
        Handlers handlers,
        Outage outage,
        Legacy legacy,
        boolean transit,
        int maxBytes,
        @Nullable SessionObserver observer) {

    static final String DEFAULT_PREFIX = "session";

    enum Outage {
        FAIL,
        WITHOUT_SESSION
    }

    enum Legacy {
        MOVE,
        KEEP,
        IGNORE
    }

    private static final Var IDENTITY = RT.var("clojure.core", "identity");

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    private static final Set<String> KNOWN = Set.of(
            "redis-conn",
            "prefix",
            "expiration",
            "reset-on-read",
            "read-handler",
            "write-handler",
            "absolute-secs",
            "rotate-secs",
            "on-outage",
            "legacy",
            "format",
            "max-session-bytes",
            "observer");

    /** The options in the fields of a record {@code ring.redis.session.RedisStore}, and in what was added to it. */
    static Options of(IPersistentMap store) {
        return new Options(
                prefix(get(store, "prefix")),
                seconds("expire-secs", get(store, "expiration")),
                seconds("absolute-secs", get(store, "absolute-secs")),
                seconds("rotate-secs", get(store, "rotate-secs")),
                isTrue(get(store, "reset-on-read")),
                new Handlers(
                        function("write-handler", get(store, "write-handler")),
                        function("read-handler", get(store, "read-handler"))),
                choice("on-outage", get(store, "on-outage"), Outage.FAIL, Outage.class),
                choice("legacy", get(store, "legacy"), Legacy.MOVE, Legacy.class),
                format(get(store, "format")),
                bytes("max-session-bytes", get(store, "max-session-bytes")),
                observer(get(store, "observer")));
    }

    /** The names that mean nothing, in order. */
    static Set<String> unknown(IPersistentMap store) {
        Set<String> unknown = new TreeSet<>();
        for (Object each : store) {
            Object key = ((Map.Entry<?, ?>) each).getKey();
            if (!(key instanceof Keyword keyword)
                    || keyword.getNamespace() != null
                    || !KNOWN.contains(keyword.getName())) {
                unknown.add(String.valueOf(key));
            }
        }
        return unknown;
    }

    static @Nullable Object get(IPersistentMap map, String name) {
        return map.valAt(Keyword.intern(name));
    }

    static boolean isTrue(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    static boolean isZero(Object value) {
        return value.equals(0L) || value.equals(0) || value.equals("0");
    }

    private static String prefix(@Nullable Object value) {
        if (value == null) {
            return DEFAULT_PREFIX;
        }
        String prefix = value instanceof Keyword keyword ? keyword.getName() : value.toString();
        if (prefix.isEmpty() || !prefix.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(":prefix must be printable ASCII without spaces, and not empty");
        }
        return prefix;
    }

    private static @Nullable Duration seconds(String name, @Nullable Object value) {
        return isTrue(value)
                ? Duration.ofSeconds(whole(name, "seconds", value, SessionSettings.LONGEST.toSeconds()))
                : null;
    }

    private static int bytes(String name, @Nullable Object value) {
        return value == null
                ? SessionSettings.DEFAULT_MAX_SESSION_BYTES
                : (int) whole(name, "bytes", value, Integer.MAX_VALUE / 2);
    }

    /** A whole number from 1 on, also as a text, as Redis took it from the older store. */
    static long whole(String name, String unit, @Nullable Object value, long most) {
        boolean isNumber = value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInt
                || value instanceof BigInteger;
        boolean isText = value instanceof String text && DIGITS.matcher(text).matches();
        BigInteger number = isNumber || isText ? new BigInteger(String.valueOf(value)) : BigInteger.ZERO;
        if (number.signum() <= 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            String given = value instanceof Number ? value.toString() : "a value of " + Util.classOf(value);
            throw new IllegalArgumentException(
                    ":" + name + " must be a whole number of " + unit + " from 1 to " + most + ", not " + given);
        }
        return number.longValue();
    }

    /** Null for none, and for {@code identity}, which is what the older store says for none. */
    private static @Nullable IFn function(String name, @Nullable Object value) {
        if (value == null || value == IDENTITY.deref()) {
            return null;
        }
        if (value instanceof IFn function) {
            return function;
        }
        throw new IllegalArgumentException(":" + name + " must be a function, not a value of " + value.getClass());
    }

    private static <E extends Enum<E>> E choice(String name, @Nullable Object value, E byDefault, Class<E> all) {
        if (value == null) {
            return byDefault;
        }
        Set<String> known = new TreeSet<>();
        for (E each : all.getEnumConstants()) {
            String text = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (isNamed(value, text)) {
                return each;
            }
            known.add(":" + text);
        }
        throw new IllegalArgumentException(":" + name + " must be one of " + known);
    }

    private static boolean format(@Nullable Object value) {
        if (value == null || isNamed(value, "edn")) {
            return false;
        }
        if (isNamed(value, "transit")) {
            return true;
        }
        throw new IllegalArgumentException(":format must be :edn or :transit");
    }

    private static boolean isNamed(Object value, String name) {
        return (value instanceof Keyword keyword && keyword.sym.equals(Symbol.intern(name))) || name.equals(value);
    }

    private static @Nullable SessionObserver observer(@Nullable Object value) {
        if (value == null || value instanceof SessionObserver) {
            return (SessionObserver) value;
        }
        throw new IllegalArgumentException(":observer must be an io.sojourn.spi.SessionObserver");
    }
}
