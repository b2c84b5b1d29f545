package io.sojourn.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header as a CBOR map with small numbers for keys; absent entries have their defaults. A key that this version does
 * not know was written by a newer one in a rolling deploy, and is written back as it was read.
 */
final class HeaderFormat {

    private static final int CREATED_AT = 1;
    private static final int IDLE_TIMEOUT = 2;
    private static final int DEADLINE = 3;
    private static final int VERIFIER = 4;
    private static final int ROTATIONS = 5;
    private static final int REPLACED = 6;
    private static final int PRINCIPAL = 7;
    private static final int AUTHENTICATED_AT = 8;
    private static final int INDEXES = 9;
    private static final int LABELS = 10;
    private static final int REMEMBERED = 11;
    private static final int GRACE = 12;
    private static final int REQUESTED_ROTATIONS = 13;

    private HeaderFormat() {}

    static void write(Header header, CborWriter out) {
        int entries = 2
                + (header.idleTimeout() == Header.NONE ? 0 : 1)
                + (header.deadline() == Header.NONE ? 0 : 1)
                + (header.rotations() == 0 ? 0 : 1)
                + (header.replaced().isEmpty() ? 0 : 1)
                + (header.principal() == null ? 0 : 1)
                + count(header.details())
                + header.unknown().size();
        out.map(entries);
        number(CREATED_AT, header.createdAt(), out);
        if (header.idleTimeout() != Header.NONE) {
            number(IDLE_TIMEOUT, header.idleTimeout(), out);
        }
        if (header.deadline() != Header.NONE) {
            number(DEADLINE, header.deadline(), out);
        }
        out.unsigned(VERIFIER);
        out.bytes(header.verifier());
        if (header.rotations() != 0) {
            number(ROTATIONS, header.rotations(), out);
        }
        if (!header.replaced().isEmpty()) {
            out.unsigned(REPLACED);
            writeReplaced(header.replaced(), out);
        }
        String principal = header.principal();
        if (principal != null) {
            out.unsigned(PRINCIPAL);
            out.text(principal);
        }
        writeDetails(header.details(), out);
        for (byte[] entry : header.unknown()) {
            out.raw(entry, 0, entry.length);
        }
    }

    private static int count(HeaderDetails details) {
        return (details.authenticatedAt() == Header.NONE ? 0 : 1)
                + (details.indexes().isEmpty() ? 0 : 1)
                + (details.labels().isEmpty() ? 0 : 1)
                + (details.remembered() ? 1 : 0)
                + (details.grace() == null ? 0 : 1)
                + (details.requested().count() == 0 ? 0 : 1);
    }

    private static void writeDetails(HeaderDetails details, CborWriter out) {
        if (details.authenticatedAt() != Header.NONE) {
            number(AUTHENTICATED_AT, details.authenticatedAt(), out);
        }
        texts(INDEXES, details.indexes(), out);
        texts(LABELS, details.labels(), out);
        if (details.remembered()) {
            number(REMEMBERED, 1, out);
        }
        Grace grace = details.grace();
        if (grace != null) {
            out.unsigned(GRACE);
            out.array(grace.verifiers() == 1 ? 2 : 3);
            out.unsigned(grace.rotations());
            out.unsigned(grace.untilMillis());
            if (grace.verifiers() != 1) {
                out.unsigned(grace.verifiers());
            }
        }
        RequestedRotations requested = details.requested();
        if (requested.count() != 0) {
            out.unsigned(REQUESTED_ROTATIONS);
            out.array(2);
            out.unsigned(requested.count());
            out.unsigned(requested.lastAtMillis());
        }
    }

    private static void texts(int key, Map<String, String> texts, CborWriter out) {
        if (!texts.isEmpty()) {
            out.unsigned(key);
            out.map(texts.size());
            texts.forEach((name, text) -> {
                out.text(name);
                out.text(text);
            });
        }
    }

    private static void number(int key, long value, CborWriter out) {
        out.unsigned(key);
        out.unsigned(value);
    }

    private static void writeReplaced(List<ReplacedVerifier> replaced, CborWriter out) {
        out.array(replaced.size() * 2);
        for (ReplacedVerifier one : replaced) {
            out.bytes(one.verifier());
            out.unsigned(one.atMillis());
        }
    }

    static Header read(CborReader in, byte[] buffer) {
        long createdAt = -1;
        long idleTimeout = Header.NONE;
        long deadline = Header.NONE;
        byte @Nullable [] verifier = null;
        long rotations = 0;
        List<ReplacedVerifier> replaced = List.of();
        String principal = null;
        HeaderDetails details = HeaderDetails.NONE;
        List<byte[]> unknown = List.of();
        int entries = in.map();
        for (int i = 0; i < entries; i++) {
            int start = in.position();
            long key = in.peekMajor() == Cbor.UNSIGNED ? in.unsigned() : skipKey(in);
            switch ((int) Math.min(key, Integer.MAX_VALUE)) {
                case CREATED_AT -> createdAt = in.unsigned();
                case IDLE_TIMEOUT -> idleTimeout = in.unsigned();
                case DEADLINE -> deadline = in.unsigned();
                case VERIFIER -> verifier = in.bytes();
                case ROTATIONS -> rotations = in.unsigned();
                case REPLACED -> replaced = readReplaced(in);
                case PRINCIPAL -> principal = in.text();
                case AUTHENTICATED_AT -> details = details.withAuthenticatedAt(in.unsigned());
                case INDEXES -> details = details.withIndexes(readTexts(in));
                case LABELS -> details = details.withLabels(readTexts(in));
                case REMEMBERED -> details = details.withRemembered(in.unsigned() != 0);
                case GRACE -> details = details.withGrace(readGrace(in));
                case REQUESTED_ROTATIONS -> details = details.withRequested(readRequested(in));
                default -> {
                    in.skip();
                    unknown = unknown.isEmpty() ? new ArrayList<>(2) : unknown;
                    unknown.add(Arrays.copyOfRange(buffer, start, in.position()));
                }
            }
        }
        if (createdAt < 0 || verifier == null) {
            throw new MalformedRecordException("its header has no time of creation or no verifier");
        }
        return new Header(createdAt, idleTimeout, deadline, verifier, rotations, replaced, principal, details, unknown);
    }

    private static long skipKey(CborReader in) {
        in.skip();
        return Integer.MAX_VALUE;
    }

    private static Map<String, String> readTexts(CborReader in) {
        int count = in.map();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            texts.put(in.text(), in.text());
        }
        return Collections.unmodifiableMap(texts);
    }

    private static RequestedRotations readRequested(CborReader in) {
        if (in.array() != 2) {
            throw new MalformedRecordException("its requested rotations are no pair");
        }
        return new RequestedRotations(in.unsigned(), in.unsigned());
    }

    private static Grace readGrace(CborReader in) {
        int length = in.array();
        if (length != 2 && length != 3) {
            throw new MalformedRecordException("its grace has not two or three numbers");
        }
        return new Grace(
                in.unsigned(), in.unsigned(), length == 2 ? 1 : (int) Math.min(in.unsigned(), Header.MAX_GRACED));
    }

    private static List<ReplacedVerifier> readReplaced(CborReader in) {
        int count = in.array() / 2;
        List<ReplacedVerifier> replaced = new ArrayList<>(Math.min(count, Header.MAX_REPLACED));
        for (int i = 0; i < count; i++) {
            replaced.add(new ReplacedVerifier(in.bytes(), in.unsigned()));
        }
        return replaced;
    }
}
