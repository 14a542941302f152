package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The public keys that verify one kind of signature. They are not secret.
 *
 * <p>There may be several, so that keys can be exchanged without a stop: a record is valid if one of them verifies it.
 */
public final class VerifyingKeys {
    /** The bound exists because a forged record costs its reader about 0.2 ms for each key. */
    public static final int KEYS_MAX = 8;

    private static final int SIGNATURE_BYTES = 64;
    private static final int SIGNATURE_CHARS = SigningKey.PREFIX.length() + 86;
    private static final int PEM_LINE_CHARS = 64;
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);
    private static final String EXPECTED =
            " (expected: 1.." + KEYS_MAX + " PUBLIC KEYs in PEM, as `openssl pkey -pubout` makes them)";

    private final List<PublicKey> keys;

    private VerifyingKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * The keys of a PEM text.
     *
     * @throws IllegalArgumentException if it holds anything but Ed25519 public keys, none, or too many
     */
    public static VerifyingKeys ofPem(String pem) {
        List<Pem.Block> blocks = Pem.blocks("public keys", pem);
        if (blocks.isEmpty() || blocks.size() > KEYS_MAX) {
            throw new IllegalArgumentException("public keys: " + blocks.size() + EXPECTED);
        }
        List<PublicKey> keys = new ArrayList<>();
        for (Pem.Block block : blocks) {
            if (!block.label().equals(Pem.PUBLIC_KEY)) {
                throw new IllegalArgumentException("public keys: " + SigningKey.labels(blocks) + EXPECTED);
            }
            keys.add(decoded(block.der()));
        }
        return new VerifyingKeys(keys);
    }

    private static PublicKey decoded(byte[] der) {
        try {
            return KeyFactory.getInstance(SigningKey.ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("public keys: not an Ed25519 key" + EXPECTED, e);
        }
    }

    /** Whether the record was signed as this kind with one of the private halves. */
    public boolean verify(SignedKind kind, ControlRecord record) {
        return verify(kind, record.payload().getBytes(StandardCharsets.UTF_8), record.signature());
    }

    /** Whether the payload was signed as this kind with one of the private halves. */
    public boolean verify(SignedKind kind, byte[] payload, String signature) {
        byte[] bytes = bytesOf(signature);
        if (bytes.length != SIGNATURE_BYTES) {
            return false;
        }
        byte[] message = kind.message(payload);
        for (PublicKey key : keys) {
            if (proves(key, message, bytes)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytesOf(String signature) {
        if (signature.length() != SIGNATURE_CHARS || !signature.startsWith(SigningKey.PREFIX)) {
            return new byte[0];
        }
        try {
            return Base64.getUrlDecoder().decode(signature.substring(SigningKey.PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static boolean proves(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifying = Signature.getInstance(SigningKey.ALGORITHM);
            verifying.initVerify(key);
            verifying.update(message);
            return verifying.verify(signature);
        } catch (SignatureException e) {
            // The bytes are not a point and a number of the curve: the signature is forged.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on verifies Ed25519", e);
        }
    }

    /** Whether one of these is the public half of the key. */
    public boolean include(SigningKey key) {
        return verify(SignedKind.RULES, PROBE, key.signature(SignedKind.RULES, PROBE));
    }

    /** Whether one of these is also one of the others. */
    boolean overlap(VerifyingKeys others) {
        return keys.stream().anyMatch(others.keys::contains);
    }

    public int count() {
        return keys.size();
    }

    /** The keys as {@link #ofPem} reads them. */
    public String toPem() {
        Base64.Encoder lines = Base64.getMimeEncoder(PEM_LINE_CHARS, new byte[] {'\n'});
        StringBuilder pem = new StringBuilder();
        for (PublicKey key : keys) {
            pem.append("-----BEGIN " + Pem.PUBLIC_KEY + "-----\n")
                    .append(lines.encodeToString(key.getEncoded()))
                    .append("\n-----END " + Pem.PUBLIC_KEY + "-----\n");
        }
        return pem.toString();
    }
}
