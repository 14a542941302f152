package io.sluice.api.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A static key as it is kept: its name, its roles and its hash, never the key itself.
 *
 * <p>A key has 256 random bits, so a plain SHA-256 cannot be searched, and needs no salt.
 */
public record AccessKey(String name, Set<Role> roles, String sha256) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sluice_";
    private static final int SECRET_BYTES = 32;

    public AccessKey {
        roles = Set.copyOf(roles);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name " + name
                    + " (expected: 1..64 of letters, digits and . _ @ -, beginning with one of the first)");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("key " + name + " has no roles (expected: at least one)");
        }
        if (!HASH.matcher(sha256).matches()) {
            // Not shown: somebody may have put the key itself there.
            throw new IllegalArgumentException("key " + name + " sha256 (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /** A new secret, to be shown once. */
    public static String newSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What is kept of a secret. */
    public static String hashOf(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether it is this key's hash; takes the same time wherever it differs. */
    boolean matches(String hash) {
        return MessageDigest.isEqual(
                sha256.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }
}
