package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * The private half of an Ed25519 key pair. Only processes and people that may sign have it.
 *
 * <p>The same payload always gets the same signature, so a rules writer that decides again after a crash writes the
 * same bytes again. The key never appears in {@link #toString} nor in a failure.
 */
public final class SigningKey {
    static final String ALGORITHM = "Ed25519";
    /** How every signature begins. */
    public static final String PREFIX = "ed25519:";

    private static final String EXPECTED = " (expected: one PRIVATE KEY in PEM, as `openssl genpkey -algorithm ed25519`"
            + " or `sluice keys signing` makes it)";

    /** The one that signs, and the one before or after it while keys are exchanged. */
    private static final int KEYS_MAX = 2;

    private final PrivateKey key;

    private SigningKey(PrivateKey key) {
        this.key = key;
    }

    /**
     * The key of a PEM text.
     *
     * @throws IllegalArgumentException if it holds anything but one Ed25519 private key; quotes nothing of it
     */
    public static SigningKey ofPem(String pem) {
        List<Pem.Block> blocks = Pem.blocks("private key", pem);
        if (blocks.size() != 1 || !blocks.get(0).label().equals(Pem.PRIVATE_KEY)) {
            throw new IllegalArgumentException("private key: " + labels(blocks) + EXPECTED);
        }
        return of(blocks.get(0));
    }

    private static SigningKey of(Pem.Block block) {
        try {
            return new SigningKey(
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(block.der())));
        } catch (GeneralSecurityException e) {
            // The cause may quote secret bytes.
            throw new IllegalArgumentException("private key: not an Ed25519 key" + EXPECTED);
        }
    }

    /**
     * The keys of a PEM text, of which the first signs: one, or two while keys are exchanged.
     *
     * @throws IllegalArgumentException if it holds anything else; quotes nothing of it
     */
    public static List<SigningKey> listOfPem(String pem) {
        List<Pem.Block> blocks = Pem.blocks("private key", pem);
        if (blocks.isEmpty()
                || blocks.size() > KEYS_MAX
                || !blocks.stream().allMatch(block -> block.label().equals(Pem.PRIVATE_KEY))) {
            throw new IllegalArgumentException("private keys: " + labels(blocks) + " (expected: one PRIVATE KEY in PEM,"
                    + " or " + KEYS_MAX + " while keys are exchanged, the one that signs first)");
        }
        return blocks.stream().map(SigningKey::of).toList();
    }

    static String labels(List<Pem.Block> blocks) {
        return blocks.isEmpty()
                ? "no PEM"
                : String.join(", ", blocks.stream().map(Pem.Block::label).toList());
    }

    /** The payload with its signature, as a record of the given kind. */
    public ControlRecord sign(SignedKind kind, String payload) {
        return new ControlRecord(payload, signature(kind, payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** The signature over a payload of the given kind. */
    public String signature(SignedKind kind, byte[] payload) {
        try {
            Signature signing = Signature.getInstance(ALGORITHM);
            signing.initSign(key);
            signing.update(kind.message(payload));
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on signs with Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "SigningKey[hidden]";
    }
}
