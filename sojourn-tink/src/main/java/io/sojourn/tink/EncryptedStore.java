package io.sojourn.tink;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.LayeredStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 * session is unreadable: the manager reports it to the {@link io.sojourn.spi.SessionObserver}, and it reads as absent.
 *
 * <p><b>How it works.</b> Each part is sealed ({@link Seal}) under the session's id, the part's name, and the revision that
 * wrote it. The {@linkplain Manifest list} of all parts and their revisions is sealed under the revision of the whole
 * session: in front of the record if the last write put one, as most do, else as a part {@value #MANIFEST} of its own. So a
 * write changes only its own parts and the list; and there is one state of all parts that fits a revision. Large attributes
 * lie under numbers, {@code x1}, {@code x2}, …; the list has their names.
 */
@SuppressWarnings("exports") // What a layer knows of a session is between it and its base.
public final class EncryptedStore extends LayeredStore<Layout> {

    /** Where a manifest lies that has a part of its own. */
    private static final String MANIFEST = "m";

    /** What it is sealed as: no part has this name. */
    private static final String MANIFEST_NAME = "";

    private final String context;
    private final Instant plaintextUntil;
    private final boolean mayWritePlaintext;
    private final InstantSource clock;
    private volatile Seal seal;

    private EncryptedStore(Builder settings) {
        super(settings.store);
        context = settings.context;
        plaintextUntil = settings.plaintextUntil;
        mayWritePlaintext = settings.writePlaintext;
        clock = settings.clock;
        seal = new Seal(settings.keys, context);
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
        seal = new Seal(keys, context);
    }

    @Override
    protected Opened<Layout> open(SessionId id, StoredSession stored) {
        byte[] list = stored.parts().get(MANIFEST);
        byte[] record = stored.parts().get(Manifest.RECORD);
        if (list != null) {
            byte[] plain = seal.open(id, MANIFEST_NAME, stored.revision(), list);
            return open(id, stored, Manifest.read(plain).manifest(), true);
        }
        if (record == null || !Seal.isSealed(record)) {
            return plain(stored);
        }
        byte[] plain = seal.open(id, Manifest.RECORD, stored.revision(), record);
        return open(id, stored, Manifest.read(plain).manifest().withRecord(stored.revision()), false);
    }

    private Opened<Layout> open(SessionId id, StoredSession stored, Manifest manifest, boolean apart) {
        Set<String> expected = new HashSet<>(manifest.storedNames());
        if (apart) {
            expected.add(MANIFEST);
        }
        if (!stored.parts().keySet().equals(expected)) {
            throw new UnreadableSessionException("Parts of the stored session were left out or added", null);
        }
        Map<String, byte[]> parts = new HashMap<>();
        Set<String> outdated = new HashSet<>();
        Seal current = seal;
        manifest.entries().forEach((name, entry) -> {
            byte[] sealed = stored.parts().get(entry.storedName());
            if (sealed == null) {
                throw new IllegalStateException("It was there a moment ago");
            }
            byte[] plain = current.open(id, name, entry.revision(), sealed);
            parts.put(name, name.equals(Manifest.RECORD) ? withoutManifest(plain) : plain);
            if (current.isOutdated(sealed)) {
                outdated.add(name);
            }
        });
        return new Opened<>(parts, new Layout(manifest, apart, Set.of(), current.primaryId(), Set.copyOf(outdated)));
    }

    private static byte[] withoutManifest(byte[] plain) {
        return Arrays.copyOfRange(plain, Manifest.read(plain).end(), plain.length);
    }

    private Opened<Layout> plain(StoredSession stored) {
        if (!acceptsPlaintext()) {
            throw new UnreadableSessionException(
                    "The stored session is not encrypted. If it is from before encryption was switched on,"
                            + " see EncryptedStore.Builder.acceptPlaintextUntil; else somebody put it there",
                    null);
        }
        Set<String> names = Set.copyOf(stored.parts().keySet());
        return new Opened<>(stored.parts(), new Layout(Manifest.EMPTY, false, names, seal.primaryId(), names));
    }

    private boolean acceptsPlaintext() {
        return clock.instant().isBefore(plaintextUntil);
    }

    private boolean writesPlaintext() {
        return mayWritePlaintext && acceptsPlaintext();
    }

    @Override
    protected Set<String> outdated(Layout layout) {
        return layout.isPlain() && writesPlaintext() ? Set.of() : layout.outdatedUnder(seal.primaryId());
    }

    @Override
    protected Laid<Layout> lay(SessionWrite write, @Nullable Layout before) {
        if (writesPlaintext() && (before == null || before.isPlain())) {
            Set<String> names = new HashSet<>(before == null ? Set.of() : before.plain());
            names.removeAll(write.remove());
            names.addAll(write.put().keySet());
            return new Laid<>(
                    write, new Layout(Manifest.EMPTY, false, Set.copyOf(names), seal.primaryId(), Set.copyOf(names)));
        }
        Manifest manifest = (before == null ? Manifest.EMPTY : before.manifest()).after(write);
        boolean apart = !write.put().containsKey(Manifest.RECORD);
        Seal current = seal;
        Map<String, byte[]> put = sealed(current, write, manifest, apart);

        Set<String> remove = new HashSet<>();
        Set<String> outdated = new HashSet<>();
        if (before != null) {
            remove.addAll(before.manifest().storedNames());
            remove.addAll(before.plain());
            remove.removeAll(manifest.storedNames());
            if (before.apart() && !apart) {
                remove.add(MANIFEST);
            }
            outdated.addAll(before.outdatedUnder(current.primaryId()));
            outdated.retainAll(manifest.entries().keySet());
            outdated.removeAll(write.put().keySet());
        }
        SessionWrite sealed = new SessionWrite(
                write.id(),
                write.expectedRevision(),
                write.revision(),
                write.touchedAt(),
                write.timeToLive(),
                put,
                remove);
        return new Laid<>(sealed, new Layout(manifest, apart, Set.of(), current.primaryId(), Set.copyOf(outdated)));
    }

    private static Map<String, byte[]> sealed(Seal current, SessionWrite write, Manifest manifest, boolean apart) {
        Map<String, byte[]> put = new HashMap<>();
        manifest.entries().forEach((name, entry) -> {
            byte[] plain = write.put().get(name);
            if (plain == null) {
                return;
            }
            byte[] content = plain;
            if (name.equals(Manifest.RECORD)) {
                ByteArrayOutputStream whole = manifest.encode(false);
                whole.writeBytes(plain);
                content = whole.toByteArray();
            }
            put.put(entry.storedName(), current.seal(write.id(), name, write.revision(), content));
        });
        if (apart) {
            byte[] list = manifest.encode(true).toByteArray();
            put.put(MANIFEST, current.seal(write.id(), MANIFEST_NAME, write.revision(), list));
        }
        return put;
    }

    /** Names no key. */
    @Override
    public String toString() {
        return "EncryptedStore[" + seal + "]";
    }

    /** Settings of an {@link EncryptedStore}. */
    public static final class Builder {

        private final SessionStore store;
        private final SessionKeys keys;
        private String context = "";
        private Instant plaintextUntil = Instant.MIN;
        private boolean writePlaintext;
        private InstantSource clock = InstantSource.system();

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
                throw new IllegalStateException(
                        "writePlaintext needs acceptPlaintextUntil, or what is written could not be read");
            }
            return new EncryptedStore(this);
        }
    }
}
