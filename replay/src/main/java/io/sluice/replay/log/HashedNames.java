package io.sluice.replay.log;

import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.topic.AccountPartitioner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Other names for accounts and clients: the same for the same, and nobody can tell whose they are.
 *
 * <p>A name is a hash under a secret that is drawn for one export and never kept. So names cannot be tried out, nor
 * compared with those of another export. The new name of an account lies in the same partition as the old one.
 */
final class HashedNames {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;
    private static final int NAME_CHARS = 16;
    /** Shorter than most segments, so that a client ID stays within its bound. */
    private static final int SEGMENT_CHARS = 10;

    private static final int ACCOUNTS_REMEMBERED_MAX = 100_000;

    private final int partitions;
    private final Mac mac;
    private final Map<String, String> accounts = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > ACCOUNTS_REMEMBERED_MAX;
        }
    };

    HashedNames(int partitions, SecureRandom random) {
        this.partitions = partitions;
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        try {
            this.mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Any text that only has to stay the same. */
    String text(String text) {
        return HexFormat.of()
                .formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)))
                .substring(0, NAME_CHARS);
    }

    /** Accounts that stand for an address stay such accounts, without the address. */
    String account(String account) {
        return accounts.computeIfAbsent(account, this::inItsPartition);
    }

    private String inItsPartition(String account) {
        int home = AccountPartitioner.partitionOf(account, partitions);
        String prefix = AnonymousClient.isReserved(account) ? AnonymousClient.PREFIX : "a";
        for (long nonce = 0; ; nonce++) {
            String name = prefix + text(nonce + ":" + account);
            if (AccountPartitioner.partitionOf(name, partitions) == home) {
                return name;
            }
        }
    }

    /** The account, and each segment below it. */
    String client(String clientId) {
        String[] segments = clientId.split("/", -1);
        StringBuilder name = new StringBuilder(account(segments[0]));
        StringBuilder path = new StringBuilder(segments[0]);
        for (int i = 1; i < segments.length; i++) {
            path.append('/').append(segments[i]);
            name.append("/c").append(text(path.toString()), 0, SEGMENT_CHARS);
        }
        return name.toString();
    }
}
