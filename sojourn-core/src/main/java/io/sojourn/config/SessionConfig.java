package io.sojourn.config;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionSettings;
import io.sojourn.http.SessionCookie;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import io.sojourn.log.SettingName;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.util.Map;
import java.util.Set;

/**
 * Makes settings, a cookie and a store of texts. The names are those of the setters of {@link SessionSettings.Builder} and
 * {@link SessionCookie.Builder} ({@code cookie…} for the latter, but for {@code sameSite}), and {@link #STORE_URI}.
 *
 * <p>Classes that are named are looked for by the context class loader of the calling thread first.
 */
public final class SessionConfig {

    /** The setting that says where the sessions are: a URI such as {@code redis://localhost}, or {@code memory:}. */
    public static final String STORE_URI = SettingName.STORE_URI;

    private static final Map<String, Secure> SECURE =
            Map.of("auto", Secure.WHEN_REQUEST_IS, "always", Secure.ALWAYS, "never", Secure.NEVER);

    private final TextSettings texts;

    /** What these texts say; those of other names are left to others. */
    public SessionConfig(TextSettings texts) {
        this.texts = texts;
    }

    /**
     * All names that are understood: of the session, the codec, the cookie, and of every kind of store, and what
     * may lie over one, that is at hand.
     */
    public static Set<String> names() {
        Set<String> names = TextSettings.namesAskedFor(texts -> {
            SessionConfig config = new SessionConfig(texts);
            config.readSession(SessionSettings.builder());
            config.applyTo(SessionCookie.builder());
        });
        names.addAll(CodecConfig.NAMES);
        names.add(STORE_URI);
        names.addAll(StoreProviders.settings());
        names.addAll(StoreLayers.settings());
        return names;
    }

    /**
     * Sets what the texts say of sessions and their codec, and nothing else.
     *
     * @throws IllegalArgumentException if a text makes no sense
     */
    public void applyTo(SessionSettings.Builder settings) {
        readSession(settings);
        new CodecConfig(texts).applyTo(settings);
    }

    private void readSession(SessionSettings.Builder settings) {
        texts.use("idleTimeout", SettingReader::duration, settings::idleTimeout);
        texts.use("absoluteTimeout", SettingReader::duration, settings::absoluteTimeout);
        texts.use("touchInterval", SettingReader::duration, settings::touchInterval);
        texts.use("extendOnRead", SettingReader::flag, settings::extendOnRead);
        texts.use("inlineLimit", SettingReader::bytes, settings::inlineLimit);
        texts.use("maxAttributes", SettingReader::number, settings::maxAttributes);
        texts.use("maxAttributeBytes", SettingReader::bytes, settings::maxAttributeBytes);
        texts.use("maxSessionBytes", SettingReader::bytes, settings::maxSessionBytes);
        texts.use("maxConflicts", SettingReader::number, settings::maxConflicts);
        texts.use("mergeAcrossSignIn", SettingReader::flag, settings::mergeAcrossSignIn);
        texts.use("renewal", SettingReader::duration, settings::renewal);
        texts.use("renewalGrace", SettingReader::duration, settings::renewalGrace);
        texts.use("maxSessionsPerPrincipal", SettingReader::number, settings::maxSessionsPerPrincipal);
        texts.use("whenLimitReached", SettingReader.constant(LimitPolicy.class), settings::whenLimitReached);
        texts.use("endEvents", SettingReader::flag, settings::endEvents);
        texts.use("endEventsOnEveryNode", SettingReader::flag, settings::endEventsOnEveryNode);
        texts.use("observer", SettingReader.objectOf(SessionObserver.class), settings::observer);
        texts.use(
                "alsoObserve",
                SettingReader::list,
                names -> names.forEach(name -> settings.alsoObserve(
                        SettingReader.objectOf(SessionObserver.class).apply(name))));
    }

    /**
     * Sets what the texts say of the cookie, and nothing else.
     *
     * @throws IllegalArgumentException if a text makes no sense
     */
    public void applyTo(SessionCookie.Builder cookie) {
        texts.use("cookieName", SettingReader::text, cookie::name);
        texts.use("cookieHostPrefix", SettingReader::flag, cookie::hostPrefix);
        texts.use("cookieAlsoRead", SettingReader::list, names -> cookie.alsoRead(names.toArray(String[]::new)));
        texts.use("cookiePath", SettingReader::text, cookie::path);
        texts.use("cookieDomain", SettingReader::text, cookie::domain);
        texts.use("cookieMaxAge", SettingReader::duration, cookie::maxAge);
        texts.use("cookieSecure", SettingReader.oneOf(SECURE), cookie::secure);
        texts.use("cookieHttpOnly", SettingReader::flag, cookie::httpOnly);
        texts.use("cookiePartitioned", SettingReader::flag, cookie::partitioned);
        texts.use("cookieAttributes", SettingReader::list, all -> all.forEach(pair -> attribute(cookie, pair)));
        texts.use("sameSite", SettingReader.constant(SameSite.class), cookie::sameSite);
    }

    private static void attribute(SessionCookie.Builder cookie, String pair) {
        int equals = pair.indexOf('=');
        cookie.attribute(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
    }

    /**
     * Opens the store that {@link #STORE_URI} names, with the layers over it that texts ask for, such as encryption; the caller
     * closes it.
     *
     * @throws IllegalArgumentException if none is named, or nothing on the class path knows the scheme of the URI or has
     *     the layer, or a text makes no sense; no message repeats a URI or a password
     */
    public SessionStore openStore() {
        SessionStore store = texts.read(STORE_URI, uri -> StoreProviders.of(uri).open(uri, texts))
                .orElseThrow(() -> new IllegalArgumentException("Nothing says where the sessions are: set "
                        + SettingName.asText(STORE_URI) + " to a URI such as redis://localhost:6379"));
        return StoreLayers.over(store, texts);
    }
}
