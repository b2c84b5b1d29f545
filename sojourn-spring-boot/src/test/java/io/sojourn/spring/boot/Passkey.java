package io.sojourn.spring.boot;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A passkey of a browser: answers the challenges of a site as WebAuthn Level 3 says, without attestation. */
final class Passkey {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int USER_IS_PRESENT_AND_VERIFIED = 0x05;
    private static final int HAS_CREDENTIAL = 0x40;

    private final KeyPair keys;
    private final byte[] id = new byte[16];
    private final String site;
    private String user = "";

    /** @param site its host name */
    Passkey(String site) {
        this.site = site;
        new SecureRandom().nextBytes(id);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String field(String name, String json) {
        Matcher field = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
        if (!field.find()) {
            throw new AssertionError("No " + name + " in: " + json);
        }
        return Objects.requireNonNull(field.group(1));
    }

    /** What the browser sends to register it. */
    String registration(String options) {
        user = field("id", options.substring(options.indexOf("\"user\"")));
        byte[] data = concat(authenticatorData(USER_IS_PRESENT_AND_VERIFIED | HAS_CREDENTIAL), credential());
        byte[] attestation = concat(
                new byte[] {(byte) 0xA3, 0x63},
                ascii("fmt"),
                new byte[] {0x64},
                ascii("none"),
                new byte[] {0x67},
                ascii("attStmt"),
                new byte[] {(byte) 0xA0, 0x68},
                ascii("authData"),
                new byte[] {0x58, (byte) data.length},
                data);
        return """
                {"publicKey": {"label": "of the test", "credential": {"id": "%1$s", "rawId": "%1$s", "type": "public-key",
                 "authenticatorAttachment": "platform", "clientExtensionResults": {},
                 "response": {"attestationObject": "%2$s", "clientDataJSON": "%3$s", "transports": ["internal"]}}}}
                """.formatted(
                        BASE64.encodeToString(id),
                        BASE64.encodeToString(attestation),
                        BASE64.encodeToString(client("create", options)));
    }

    /** What the browser sends to sign in with it. */
    String assertion(String options) {
        byte[] data = authenticatorData(USER_IS_PRESENT_AND_VERIFIED);
        byte[] client = client("get", options);
        return """
                {"id": "%1$s", "rawId": "%1$s", "credType": "public-key", "authenticatorAttachment": "platform",
                 "clientExtensionResults": {}, "response": {"authenticatorData": "%2$s", "clientDataJSON": "%3$s",
                 "signature": "%4$s", "userHandle": "%5$s"}}
                """.formatted(
                        BASE64.encodeToString(id),
                        BASE64.encodeToString(data),
                        BASE64.encodeToString(client),
                        BASE64.encodeToString(signature(concat(data, sha256(client)))),
                        user);
    }

    private byte[] client(String call, String options) {
        String challenge = field("challenge", options);
        return ascii("{\"type\":\"webauthn." + call + "\",\"challenge\":\"" + challenge + "\",\"origin\":\"http://"
                + site + "\",\"crossOrigin\":false}");
    }

    private byte[] authenticatorData(int flags) {
        return concat(sha256(ascii(site)), new byte[] {(byte) flags, 0, 0, 0, 0});
    }

    /** The credential's id and its key, ES256 as COSE writes it. */
    private byte[] credential() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return concat(
                new byte[16],
                new byte[] {0, (byte) id.length},
                id,
                new byte[] {(byte) 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20},
                coordinate(key.getW().getAffineX()),
                new byte[] {0x22, 0x58, 0x20},
                coordinate(key.getW().getAffineY()));
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] all = new byte[32];
        int length = Math.min(bytes.length, all.length);
        System.arraycopy(bytes, bytes.length - length, all, all.length - length, length);
        return all;
    }

    private byte[] signature(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
