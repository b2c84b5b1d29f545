package io.sojourn.cli;

import io.sojourn.admin.SessionAdmin;
import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreProvider;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.spi.text.TextSettings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the sessions are. Options go before variables of the environment, which are those of the application. */
final class StoreOptions {

    private static final String ADVICE =
            "A password in an argument is seen by all users of this machine and stays in the"
                    + " shell's history; put it into the environment variable SOJOURN_REDIS_PASSWORD, or use --ask-password";

    private static final String ALLOW_VALUES = "SOJOURN_ALLOW_VALUES";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-u", "--uri"},
            paramLabel = "URI",
            description = "Where Redis is, such as redis://host, rediss://host, redis-sentinel://host1,host2#master or"
                    + " redis-cluster://host1,host2 (default: SOJOURN_REDIS_URI, or redis://localhost)")
    private @Nullable String uri;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "What all keys begin with (default: sojourn)")
    private @Nullable String prefix;

    @Option(names = "--user", paramLabel = "NAME", description = "A user of the server's access control list")
    private @Nullable String user;

    @Option(names = "--ask-password", description = "Ask for the password at the terminal")
    private boolean ask;

    /** Only to be refused, with advice. */
    @Option(names = "--password", hidden = true, arity = "0..1", fallbackValue = "")
    private @Nullable String password;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait for an answer (default: 5s)")
    private @Nullable String timeout;

    @Option(
            names = "--keys-per-second",
            paramLabel = "COUNT",
            description = "How many keys a scan looks at in a second (default: ${DEFAULT-VALUE})",
            defaultValue = "" + SessionAdmin.DEFAULT_KEYS_PER_SECOND)
    private int keysPerSecond;

    @Option(names = "--json", description = "Write one JSON object instead of a table")
    boolean json;

    private RedisStore open() {
        if (password != null) {
            throw new ParameterException(spec.commandLine(), ADVICE);
        }
        if (keysPerSecond < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--keys-per-second must be at least 1, not " + keysPerSecond);
        }
        Map<String, String> environment = System.getenv();
        List<Setting> settings = new ArrayList<>();
        option("prefix", "--prefix", prefix, settings);
        option("redisUser", "--user", user, settings);
        option("redisPassword", "--ask-password", ask ? askPassword() : null, settings);
        option("timeout", "--timeout", timeout, settings);
        RedisStoreProvider provider = new RedisStoreProvider();
        Set<String> names = new TreeSet<>(provider.settings());
        names.removeIf(name -> name.startsWith("nearCache") || name.startsWith("durability"));
        settings.addAll(EnvironmentNames.of(names).settings(environment));
        settings.add(new Setting("timeout", "5s", "The timeout"));
        settings.add(new Setting("startupProbe", "false", "The probe"));
        try {
            SessionStore opened = provider.open(uri(environment), TextSettings.of(settings));
            if (opened instanceof RedisStore redis) {
                return redis;
            }
        } catch (IllegalArgumentException
                | IllegalStateException e) { // A setting is wrong, or needs a library that is missing.
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        throw new ParameterException(spec.commandLine(), "The store is no Redis");
    }

    private static void option(String name, String option, @Nullable String text, List<Setting> settings) {
        if (text != null) {
            settings.add(new Setting(name, text, "The option " + option));
        }
    }

    private String uri(Map<String, String> environment) {
        if (uri == null) {
            return environment.getOrDefault(EnvironmentNames.nameOf(SessionConfig.STORE_URI), "redis://localhost");
        }
        int slashes = uri.indexOf("://");
        if (slashes >= 0 && uri.indexOf('@', slashes) >= 0) {
            throw new ParameterException(spec.commandLine(), ADVICE + ", and --user for a name");
        }
        return uri;
    }

    private String askPassword() {
        String given = Terminal.askSecretly("Password of Redis: ");
        if (given == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "There is no terminal to ask for the password; put it into SOJOURN_REDIS_PASSWORD");
        }
        return given;
    }

    /**
     * @param insist whether to fail at once if the store does not answer
     * @param progress is told how far scans are
     */
    SessionAdmin admin(boolean insist, LongConsumer progress) {
        RedisStore redis = open();
        if (insist) {
            redis.ping();
        }
        return SessionAdmin.builder(redis)
                .keysPerSecond(keysPerSecond)
                .onProgress(progress)
                .showValues(Boolean.parseBoolean(System.getenv(ALLOW_VALUES)))
                .build();
    }

    void requireValues() {
        if (!Boolean.parseBoolean(System.getenv(ALLOW_VALUES))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Values may be private, so they are shown only if the environment variable " + ALLOW_VALUES
                            + " is true");
        }
    }
}
