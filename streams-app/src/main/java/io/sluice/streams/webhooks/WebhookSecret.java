package io.sluice.streams.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets that sign posted alerts, as in Standard Webhooks. The signature shows a receiver who sent a message and
 * when, and that nobody has changed it.
 *
 * <p>While secrets are exchanged there are several, and a message has a signature by each.
 */
public final class WebhookSecret {
    /** The most secrets at once. */
    static final int SECRETS_MAX = 4;

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES_MIN = 24;
    private static final int BYTES_MAX = 64;

    private final List<SecretKeySpec> keys;

    private WebhookSecret(List<SecretKeySpec> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads secrets, one in each line.
     *
     * @throws IllegalArgumentException if there is none, or one is malformed; the message does not show it
     */
    public static WebhookSecret parse(String text) {
        List<SecretKeySpec> keys = new ArrayList<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty()) {
                keys.add(new SecretKeySpec(bytes(line, keys.size() + 1), ALGORITHM));
            }
        }
        if (keys.isEmpty() || keys.size() > SECRETS_MAX) {
            throw new IllegalArgumentException(keys.size() + " secrets (expected: 1.." + SECRETS_MAX + " lines)");
        }
        return new WebhookSecret(keys);
    }

    private static byte[] bytes(String line, int number) {
        String expected = " (expected: " + PREFIX + " and " + BYTES_MIN + ".." + BYTES_MAX + " bytes in Base64)";
        if (!line.startsWith(PREFIX)) {
            throw new IllegalArgumentException("secret " + number + ": does not begin with " + PREFIX + expected);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(line.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            // Its message would show a part of the secret.
            throw new IllegalArgumentException("secret " + number + ": not Base64" + expected);
        }
        if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("secret " + number + ": " + bytes.length + " bytes" + expected);
        }
        return bytes;
    }

    /** The value of the header {@code webhook-signature}. */
    String signatures(String id, long timestampSeconds, byte[] body) {
        byte[] signedBefore = (id + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8);
        List<String> signatures = new ArrayList<>(keys.size());
        for (SecretKeySpec key : keys) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                mac.update(signedBefore);
                signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
            }
        }
        return String.join(" ", signatures);
    }
}
