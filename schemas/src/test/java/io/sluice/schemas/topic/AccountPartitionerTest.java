package io.sluice.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

final class AccountPartitionerTest {
    private static final long SEED = 7;

    @Test
    void shouldPickThePartitionOfKafkasOwnProducer_whateverTheKey() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);

        for (int i = 0; i < 100_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            int partitions = 1 + random.nextInt(100);

            // When
            int partition = AccountPartitioner.partitionOf(key, partitions);

            // Then
            assertThat(partition)
                    .as("seed %d, key %d", SEED, i)
                    .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % partitions);
        }
    }
}
