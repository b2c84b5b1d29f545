package io.sojourn.tink;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.SettingName;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.PartLayer;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parts are sealed under which revision, and with which keys from now on. */
final class Encryption implements PartLayer<Layout> {

    /** Where a manifest lies that has a part of its own. */
    static final String MANIFEST = "m";

    /** What it is sealed as: no part has this name. */
    private static final String MANIFEST_NAME = "";

    private final String context;
    private final Instant plaintextUntil;
    private final boolean mayWritePlaintext;
    private final InstantSource clock;
    private volatile Seal seal;

    Encryption(EncryptedStore.Builder settings) {
        context = settings.context;
        plaintextUntil = settings.plaintextUntil;
        mayWritePlaintext = settings.writePlaintext;
        clock = settings.clock;
        seal = new Seal(settings.keys, context);
    }

    void replaceKeys(SessionKeys keys) {
        seal = new Seal(keys, context);
    }

    @Override
    public Opened<Layout> open(SessionId id, StoredSession stored) {
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
                    "The stored session is not encrypted. If it is from before encryption was switched on, set "
                            + SettingName.ENCRYPTION_ACCEPT_PLAINTEXT_UNTIL + "; else somebody put it there",
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
    public Set<String> outdated(Layout layout) {
        return layout.isPlain() && writesPlaintext() ? Set.of() : layout.outdatedUnder(seal.primaryId());
    }

    @Override
    public Laid<Layout> lay(SessionWrite write, @Nullable Layout before) {
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
        return seal.toString();
    }
}
