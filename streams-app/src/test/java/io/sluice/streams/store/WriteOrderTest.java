package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

final class WriteOrderTest {
    private static final long SEED = 20_261_122L;

    @Test
    void shouldPassOverWhatMostBeginWith() {
        // Given: the number begins behind more bytes than a rank has room for, and the partition's clock comes first
        Map<Bytes, Integer> entries = new HashMap<>();
        for (int i = 9_999; i >= 1_000; i--) {
            entries.put(key("a-rather-long-account-" + i + "\0sa-rather-long-account"), i);
        }
        entries.put(key("\0c"), 0);
        entries.put(key("zoe"), 10_000);

        // When
        List<Integer> ordered = ordered(entries);

        // Then
        assertThat(ordered).hasSize(9_002).isSorted();
    }

    @Test
    void shouldOrderByTheNextBytes_whenKeysBeginAlike() {
        // Given
        Map<Bytes, Integer> entries = Map.of(key("acc-17"), 2, key("acc-16/x"), 1, key("c"), 3, key("acc-"), 0);

        // When, Then
        assertThat(ordered(entries)).containsExactly(0, 1, 2, 3);
        assertThat(ordered(Map.of(key("b"), 1))).containsExactly(1);
        assertThat(ordered(Map.<Bytes, Integer>of())).isEmpty();
    }

    @Test
    void shouldLeaveNoneOut_whateverTheKeysAre() {
        // Given
        Random random = new Random(SEED);
        for (int history = 0; history < 200; history++) {
            Map<Bytes, Integer> entries = new HashMap<>();
            byte[] common = bytes(random, random.nextInt(80));
            for (int i = random.nextInt(300); i > 0; i--) {
                byte[] own = bytes(random, random.nextInt(12));
                byte[] key = random.nextInt(8) == 0 ? own : joined(common, own);
                entries.put(Bytes.wrap(key), i);
            }

            // When
            List<Map.Entry<Bytes, Integer>> ordered = WriteOrder.of(entries);

            // Then
            assertThat(ordered).as("seed %d, history %d", SEED, history).hasSameSizeAs(entries.entrySet());
            assertThat(ordered).containsAll(entries.entrySet());
        }
    }

    private static List<Integer> ordered(Map<Bytes, Integer> entries) {
        return WriteOrder.of(entries).stream().map(Map.Entry::getValue).toList();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static Bytes key(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
