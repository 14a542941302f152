package io.sluice.schemas.control;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs messages between request partitions, and proves them: a secret that only holders of the rules key have.
 *
 * <p>Sender and receiver are apps of one deployment, so a shared secret is enough. It costs microseconds, where a
 * signature that everybody can verify costs a tenth of a millisecond on each side. The secret is the hash of a
 * signature by the rules key that nobody else ever sees, so there is no key more to hand out.
 */
public final class MessageKey {
    /** How every proof begins. */
    public static final String PREFIX = "hmac-sha256:";

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] SEED = "secret of messages".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable SecretKeySpec secret;

    private MessageKey(@Nullable SecretKeySpec secret) {
        this.secret = secret;
    }

    /** The secret of those who have this rules key. */
    public static MessageKey of(SigningKey rules) {
        try {
            byte[] signature = rules.signature(SignedKind.MESSAGE_SECRET, SEED).getBytes(StandardCharsets.US_ASCII);
            return new MessageKey(
                    new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(signature), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Takes every message that claims a proof: for replays, which have a log and its dead letters, and no secret. Never
     * for an app that decides.
     */
    public static MessageKey ofReplay() {
        return new MessageKey(null);
    }

    /** The payload with its proof. */
    public ControlRecord sign(String payload) {
        return new ControlRecord(payload, proof(payload));
    }

    /** Whether a holder of the secret wrote the record. */
    public boolean verify(ControlRecord record) {
        if (secret == null) {
            return record.signature().startsWith(PREFIX);
        }
        return MessageDigest.isEqual(
                proof(record.payload()).getBytes(StandardCharsets.US_ASCII),
                record.signature().getBytes(StandardCharsets.UTF_8));
    }

    private String proof(String payload) {
        if (secret == null) {
            return PREFIX;
        }
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
