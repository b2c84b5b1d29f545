package io.sojourn.tink;

import io.sojourn.log.SettingName;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.LayeredStore;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A store that encrypts and authenticates all that another store holds of a session: record, large attributes, and their
 * names.
 *
 * <pre>{@code
 * SessionStore redis = RedisStore.connect("redis://localhost");
 * SessionStore store = EncryptedStore.over(redis, SessionKeys.file(Path.of("/etc/shop/session-keys.json")));
 * SessionManager sessions = SessionManager.create(store);
 * }</pre>
 *
 * <p>Whoever reads the store beneath learns ids, how long sessions live, when they were last used, how large they are and
 * how many large attributes they have. Whoever writes to it can end sessions, and put one back as a whole into a state that
 * it was once in or was meant to get, one that was deleted included, for as long as its absolute timeout allows; nobody
 * without a memory of his own can see that. Anything less is noticed: bytes that were changed, moved to another session,
 * attribute or {@linkplain Builder#context context}, or put back without all the rest; parts left out or added. Such a
 * session is unreadable: the manager reports it to the {@link io.sojourn.observe.SessionObserver}, and it reads as absent.
 *
 * <p><b>How it works.</b> Each part is sealed ({@link Seal}) under the session's id, the part's name, and the revision that
 * wrote it. The {@linkplain Manifest list} of all parts and their revisions is sealed under the revision of the whole
 * session: in front of the record if the last write put one, as most do, else as a part {@value Encryption#MANIFEST} of its own. So a
 * write changes only its own parts and the list; and there is one state of all parts that fits a revision. Large attributes
 * lie under numbers, {@code x1}, {@code x2}, …; the list has their names.
 */
public final class EncryptedStore extends LayeredStore {

    private final Encryption encryption;

    private EncryptedStore(Builder settings, Encryption encryption) {
        super(settings.store, encryption);
        this.encryption = encryption;
    }

    /** Encrypts what that store holds. Plaintext in it is not accepted. */
    public static EncryptedStore over(SessionStore store, SessionKeys keys) {
        return builder(store, keys).build();
    }

    /** For more than {@link #over}. */
    public static Builder builder(SessionStore store, SessionKeys keys) {
        return new Builder(store, keys);
    }

    /** Uses another keyset from now on: for rotation without a restart. Sessions in use are not disturbed. */
    public void replaceKeys(SessionKeys keys) {
        encryption.replaceKeys(keys);
    }

    /** Names no key. */
    @Override
    public String toString() {
        return "EncryptedStore[" + encryption + "]";
    }

    /** Settings of an {@link EncryptedStore}. */
    public static final class Builder {

        final SessionStore store;
        final SessionKeys keys;
        String context = "";
        Instant plaintextUntil = Instant.MIN;
        boolean writePlaintext;
        InstantSource clock = InstantSource.system();

        private Builder(SessionStore store, SessionKeys keys) {
            this.store = store;
            this.keys = keys;
        }

        /**
         * A name for whose sessions these are, the same on all nodes; by default empty. Two applications with one keyset
         * and different contexts cannot read each other's sessions, so that nobody can copy a session from the one to the
         * other. Changing it makes all sessions unreadable.
         */
        public Builder context(String name) {
            this.context = name;
            return this;
        }

        /**
         * Also reads sessions that are not encrypted, and encrypts them at their next write: for switching encryption on
         * while sessions live. By default there is no such time.
         *
         * <p><b>Until then whoever can write to the store can plant a session</b>, with any principal and any content, and
         * sign in with it: all that encryption proves is void. So let it be the time of the change and an absolute timeout,
         * not longer.
         */
        public Builder acceptPlaintextUntil(Instant end) {
            this.plaintextUntil = end;
            return this;
        }

        /**
         * Leaves new sessions and those in plaintext unencrypted, as long as plaintext is accepted; what is encrypted stays
         * so. For the first of two deploys: when all nodes can read encrypted sessions, the second one leaves this out.
         */
        public Builder writePlaintext() {
            this.writePlaintext = true;
            return this;
        }

        /** What time it is; by default the system's. */
        public Builder clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        /**
         * The store.
         *
         * @throws IllegalStateException if plaintext is to be written but not to be read
         */
        public EncryptedStore build() {
            if (writePlaintext && plaintextUntil.equals(Instant.MIN)) {
                throw new IllegalStateException(SettingName.ENCRYPTION_WRITE_PLAINTEXT + " needs "
                        + SettingName.ENCRYPTION_ACCEPT_PLAINTEXT_UNTIL + ", or what is written could not be read");
            }
            return new EncryptedStore(this, new Encryption(this));
        }
    }
}
