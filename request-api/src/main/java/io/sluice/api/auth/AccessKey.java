package io.sluice.api.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A static key as it is stored: its name, its permissions and its hash, never the key itself.
 *
 * <p>A key has 256 random bits, so nobody can find it from its SHA-256, and no salt is needed.
 *
 * @param roles what its holder may do on the admin port, and {@link Role#REDEEMER} on the data port
 * @param accounts the accounts that its holder may use on the data port
 */
public record AccessKey(String name, Set<Role> roles, AllowedAccounts accounts, String sha256) {
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
        if (roles.isEmpty() && accounts.isEmpty()) {
            throw new IllegalArgumentException("key " + name + " has no roles and no accounts (expected: some)");
        }
        if (!HASH.matcher(sha256).matches()) {
            // Not shown: somebody may have put the key itself there.
            throw new IllegalArgumentException("key " + name + " sha256 (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /** A key for the admin port only. */
    public AccessKey(String name, Set<Role> roles, String sha256) {
        this(name, roles, AllowedAccounts.NONE, sha256);
    }

    /** A new secret, to be shown once. */
    public static String newSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** The hash of a secret, which is stored. */
    public static String hashOf(String secret) {
        return HexFormat.of().formatHex(digest(secret));
    }

    static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
