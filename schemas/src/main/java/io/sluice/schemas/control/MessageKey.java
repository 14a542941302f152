package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that signs and verifies messages between request partitions. Only holders of the rules key have it.
 *
 * <p>Sender and receiver are apps of one deployment, so a shared secret is enough. It costs microseconds; a
 * public-key signature costs a tenth of a millisecond on each side. The secret is the hash of a signature by the
 * rules key, which never leaves the process. So operators need no further key.
 *
 * <p>The signature is over the place of the messages, so each place has another secret. While keys are exchanged, an
 * app has both: it signs with the first, and accepts messages that either of them verifies.
 */
public final class MessageKey {
    /** How every proof begins. */
    public static final String PREFIX = "hmac-sha256:";

    private static final String ALGORITHM = "HmacSHA256";
    private static final String SEED = "secret of messages\n";

    /** Empty for a replay. */
    private final List<SecretKeySpec> secrets;

    private MessageKey(List<SecretKeySpec> secrets) {
        this.secrets = secrets;
    }

    /** The secret of the holders of this rules key. */
    public static MessageKey of(SigningKey rules, MessagePlace place) {
        return of(List.of(rules), place);
    }

    /** The secrets of the holders of these rules keys; the first one signs. */
    public static MessageKey of(List<SigningKey> rules, MessagePlace place) {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("rules keys: none (expected: at least one)");
        }
        return new MessageKey(rules.stream().map(key -> secret(key, place)).toList());
    }

    private static SecretKeySpec secret(SigningKey rules, MessagePlace place) {
        try {
            byte[] seed = (SEED + place.text()).getBytes(StandardCharsets.UTF_8);
            byte[] signature = rules.signature(SignedKind.MESSAGE_SECRET, seed).getBytes(StandardCharsets.US_ASCII);
            return new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(signature), ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * A key that accepts every signed message: for replays, which have no secret. They know from the log's dead letters
     * which messages the app has refused. Never use it in an app that decides.
     */
    public static MessageKey ofReplay() {
        return new MessageKey(List.of());
    }

    /** The payload with its proof. */
    public ControlRecord sign(String payload) {
        return new ControlRecord(payload, secrets.isEmpty() ? PREFIX : proof(secrets.get(0), payload));
    }

    /** Whether a holder of a secret wrote the record. */
    public boolean verify(ControlRecord record) {
        if (secrets.isEmpty()) {
            return record.signature().startsWith(PREFIX);
        }
        byte[] claimed = record.signature().getBytes(StandardCharsets.UTF_8);
        for (SecretKeySpec secret : secrets) {
            byte[] proof = proof(secret, record.payload()).getBytes(StandardCharsets.US_ASCII);
            if (MessageDigest.isEqual(proof, claimed)) {
                return true;
            }
        }
        return false;
    }

    private static String proof(SecretKeySpec secret, String payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] proof = mac.doFinal(payload.getBytes(StandardCharsets.UTF_8));
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "MessageKey[hidden]";
    }
}
