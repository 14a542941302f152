package io.sluice.schemas.topic;

import java.nio.charset.StandardCharsets;

/**
 * The function from an account to its partition of the request topic.
 *
 * <p>It is the partition that Kafka's Java producer picks for the account as record key: murmur2 with the sign bit
 * cleared, modulo the number of partitions. librdkafka (kcat, confluent-kafka-python, node-rdkafka, Go) picks by CRC32
 * unless configured with {@code partitioner=murmur2_random}. A record in another partition would meet another set of
 * buckets, so the processor refuses it.
 */
public final class AccountPartitioner {
    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;

    private AccountPartitioner() {}

    public static int partitionOf(String account, int partitions) {
        return partitionOf(account.getBytes(StandardCharsets.UTF_8), partitions);
    }

    public static int partitionOf(byte[] key, int partitions) {
        return (murmur2(key) & 0x7fffffff) % partitions;
    }

    /** Austin Appleby's MurmurHash2, 32 bits, little-endian, with Kafka's seed. */
    private static int murmur2(byte[] data) {
        int hash = SEED ^ data.length;
        int whole = data.length / 4 * 4;
        for (int i = 0; i < whole; i += 4) {
            int word = (data[i] & 0xff)
                    | (data[i + 1] & 0xff) << 8
                    | (data[i + 2] & 0xff) << 16
                    | (data[i + 3] & 0xff) << 24;
            word *= MULTIPLIER;
            word ^= word >>> SHIFT;
            word *= MULTIPLIER;
            hash = hash * MULTIPLIER ^ word;
        }
        int tail = data.length - whole;
        for (int i = tail - 1; i >= 0; i--) {
            hash ^= (data[whole + i] & 0xff) << (8 * i);
        }
        if (tail > 0) {
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ hash >>> 15;
    }
}
