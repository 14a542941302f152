package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the control plane and the streams app share: who holds it may change rules.
 *
 * <p>At least 32 bytes. It never shows in {@link #toString}.
 */
public final class ControlKey {
    public static final int BYTES_MIN = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "hmac-sha256:";

    private final SecretKeySpec secret;

    public ControlKey(byte[] secret) {
        if (secret.length < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "control key: " + secret.length + " bytes (expected: at least " + BYTES_MIN + ")");
        }
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /** A key from its hexadecimal digits, as files and environment variables hold it. */
    public static ControlKey ofHex(String digits) {
        try {
            return new ControlKey(HexFormat.of().parseHex(digits.strip()));
        } catch (IllegalArgumentException e) {
            // The cause may quote the digits, which are the secret.
            throw new IllegalArgumentException("control key: not usable (expected: at least 64 hexadecimal digits)");
        }
    }

    public ControlRecord sign(String payload) {
        return new ControlRecord(payload, signature(payload));
    }

    /** Whether the record was signed with this key; takes the same time wherever a forged signature differs. */
    public boolean verifies(ControlRecord record) {
        return MessageDigest.isEqual(
                signature(record.payload()).getBytes(StandardCharsets.US_ASCII),
                record.signature().getBytes(StandardCharsets.UTF_8));
    }

    private String signature(String payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "ControlKey[hidden]";
    }
}
