package io.sojourn.admin;

import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.doctor.HotCheck;
import io.sojourn.admin.doctor.KeyCheck;
import io.sojourn.admin.doctor.Notes;
import io.sojourn.admin.doctor.Patient;
import io.sojourn.admin.doctor.RightsCheck;
import io.sojourn.admin.doctor.ServerCheck;
import io.sojourn.admin.scan.KeyScan;
import io.sojourn.admin.scan.Reply;
import io.sojourn.admin.scan.ScanPlace;
import io.sojourn.redis.RedisNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at servers and keys, and says what a good colleague would: what is wrong, why it matters, and what to do. Made by {@link
 * SessionAdmin#doctor}.
 *
 * <p>It asks each master for {@code INFO}, {@code TIME} and {@code SLOWLOG}, tries which commands the user may send, and scans keys at
 * the admin's rate. It writes one small key, {@code <prefix>:@doctor:…}, which it removes at once. Only {@link #heal} changes
 * anything else. What a missing right hides is a finding, too.
 */
public final class Doctor {

    /** How many keys of each server {@link #examine()} looks at: {@value}. */
    public static final int DEFAULT_KEYS = 100_000;

    private final Patient patient;

    Doctor(Patient patient) {
        this.patient = patient;
    }

    /** Looks at the servers, and at the first {@value #DEFAULT_KEYS} keys of each. */
    public Diagnosis examine() {
        return examine(DEFAULT_KEYS);
    }

    /**
     * Looks at the servers, and at so many of their keys.
     *
     * @param keysOfEach how many keys of each server, at least 0
     */
    public Diagnosis examine(long keysOfEach) {
        return look(keysOfEach, false);
    }

    /**
     * Looks at the servers and at all keys, and mends the indexes: enters sessions that an index lacks, and takes those out that are
     * gone.
     */
    public Diagnosis heal() {
        return look(Long.MAX_VALUE, true);
    }

    private Diagnosis look(long keysOfEach, boolean heal) {
        Notes notes = new Notes();
        List<String> servers = new ArrayList<>();
        KeyCheck keys = new KeyCheck(patient, notes, heal);
        try {
            patient.redis().ping(); // Says best why there is no answer.
            List<RedisNode> masters = patient.scan().masters();
            ServerCheck check = new ServerCheck(patient, notes);
            masters.forEach(node -> servers.add(check.look(node)));
            new RightsCheck(patient, notes).look();
            boolean whole = lookAtKeys(keys, masters, keysOfEach, notes);
            keys.conclude();
            new HotCheck(patient, notes).look(keys.recentlyUsed());
            return new Diagnosis(servers, notes.all(), keys.looked(), whole, keys.healed());
        } catch (StoreUnavailableException e) {
            notes.add(
                    "unreachable",
                    Severity.CRITICAL,
                    patient.redis().toString(),
                    String.valueOf(e.getMessage()),
                    "Without the store no session can be opened or saved",
                    "Check that the servers run, that the URI and the credentials are right, and that no firewall is in between");
            return new Diagnosis(servers, notes.all(), keys.looked(), false, keys.healed());
        }
    }

    private boolean lookAtKeys(KeyCheck check, List<RedisNode> masters, long keysOfEach, Notes notes) {
        boolean whole = true;
        try {
            for (RedisNode node : masters) {
                @Nullable ScanPlace place = new ScanPlace(node.name(), "0");
                long seen = 0;
                while (place != null && place.server().equals(node.name()) && seen < keysOfEach) {
                    KeyScan.Batch batch = patient.scan().next(place, "*", KeyScan.BATCH);
                    check.look(batch);
                    seen += KeyScan.BATCH;
                    place = batch.next();
                }
                whole &= place == null || !place.server().equals(node.name());
            }
            return whole;
        } catch (StoreUnavailableException e) {
            if (!Reply.isMissingRight(e)) {
                notes.add(
                        "scan-failed",
                        Severity.CRITICAL,
                        "keys",
                        "The look at the keys broke off: " + e.getMessage(),
                        "A server that fails now fails for sessions, too; the keys after that were not looked at",
                        "Look at the servers and at the network, and run the doctor again");
            } else {
                notes.add(
                        "keys-unseen",
                        Severity.NOTE,
                        "keys",
                        "The keys could not be looked at: " + e.getMessage(),
                        "Damaged sessions and foreign keys would not be noticed",
                        "Give the user the rights that docs/admin.md lists for the doctor");
            }
            return false;
        }
    }
}
