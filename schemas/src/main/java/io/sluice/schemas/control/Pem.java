package io.sluice.schemas.control;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The blocks of a PEM text (RFC 7468). No failure quotes the text: it may be a secret. */
public final class Pem {
    public static final String PRIVATE_KEY = "PRIVATE KEY";
    public static final String CERTIFICATE = "CERTIFICATE";
    static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /** One block: its label, and the bytes that it holds. */
    public record Block(String label, byte[] der) {}

    /**
     * The blocks in their order; text outside of blocks is skipped.
     *
     * @param name names the text in a failure
     * @throws IllegalArgumentException if a block has no end, or does not hold Base64
     */
    public static List<Block> blocks(String name, String text) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        String label = null;
        for (String raw : text.split("\\R", -1)) {
            String line = raw.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length()) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    body.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, decoded(name, body.toString())));
                label = null;
            } else {
                body.append(line);
            }
        }
        if (label != null) {
            throw new IllegalArgumentException(name + ": PEM without end (expected: " + END + "..." + DASHES + ")");
        }
        return blocks;
    }

    private static byte[] decoded(String name, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // The cause may quote a character of a secret.
            throw new IllegalArgumentException(name + ": not Base64 between the PEM lines");
        }
    }
}
