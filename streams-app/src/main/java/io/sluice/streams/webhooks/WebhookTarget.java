package io.sluice.streams.webhooks;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A URL that alerts are posted to. Its path may hold a secret, so logs and metrics show only its host.
 *
 * @param url where it is
 * @param name its host, for people
 * @param id distinguishes it from other URLs, and stays the same over restarts
 */
record WebhookTarget(URI url, String name, String id) {
    private static final int CHARS_MAX = 2_048;
    private static final int ID_BYTES = 8;

    /**
     * A checked URL.
     *
     * @param httpAllowed whether it may be without TLS
     * @throws IllegalArgumentException if it is none; the message shows no more than its host
     */
    static WebhookTarget of(String text, boolean httpAllowed) {
        String expected = " (expected: " + (httpAllowed ? "http:// or https://" : "https://")
                + "host[:port]/path of at most " + CHARS_MAX + " characters, without user and fragment)";
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("webhook URL: malformed" + expected);
        }
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        boolean isSafe = scheme.equals("https") || (httpAllowed && scheme.equals("http"));
        if (!isSafe
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || text.length() > CHARS_MAX) {
            String reason = isSafe ? "" : "; --webhook-allow-http lets http:// through";
            throw new IllegalArgumentException(
                    "webhook URL of host " + url.getHost() + ": not allowed" + expected + reason);
        }
        return new WebhookTarget(url, url.getHost(), id(text));
    }

    private static String id(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return name + " (" + id + ")";
    }
}
