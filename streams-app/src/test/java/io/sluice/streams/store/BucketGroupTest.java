package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.bucket.SlidingLogState;
import io.sluice.engine.bucket.SlidingLogState.Hit;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BucketGroupTest {
    private static final long SEED = 20_261_122L;
    private static final StoredBucket TOKENS = new StoredBucket(7, new TokenState(1_700_000_000_000L, 1_000, 9));
    private static final StoredBucket LOG = new StoredBucket(7, new SlidingLogState(5, List.of(new Hit(3, 2))));

    private static final String GOLDEN_TOKENS =
            "01" + "0000000000000007" + "01" + "0000018bcfe56800" + "00000000000003e8" + "0000000000000009";
    private static final String GOLDEN_LOG =
            "01" + "0000000000000007" + "04" + "0000000000000005" + "0000000000000003" + "0000000000000002";

    @Test
    void shouldBeTheSameBytes_inWhateverOrderBucketsCame() {
        // Given
        String golden =
                "01" + "0004" + "6ac3b667" + "00000022" + GOLDEN_LOG + "0001" + "74" + "00000022" + GOLDEN_TOKENS;
        BucketGroup forth = new BucketGroup();
        forth.put("jög", LOG);
        forth.put("t", TOKENS);
        BucketGroup back = new BucketGroup();
        back.put("t", TOKENS);
        back.put("jög", TOKENS);
        back.put("jög", LOG);

        // When
        BucketGroup read = BucketGroupCodec.group(HexFormat.of().parseHex(golden));

        // Then
        assertThat(HexFormat.of().formatHex(BucketGroupCodec.encode(forth))).isEqualTo(golden);
        assertThat(HexFormat.of().formatHex(BucketGroupCodec.encode(back))).isEqualTo(golden);
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.bucket("jög")).isEqualTo(LOG);
        assertThat(read.bucket("t")).isEqualTo(TOKENS);
        assertThat(read.bucket("other")).isNull();
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        assertThatThrownBy(() -> BucketGroupCodec.group(new byte[] {2}))
                .hasMessage("stored value version: 2 (expected: 1)");
    }

    @Test
    void shouldEqualASortedMap_whenBucketsAreRandom() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, StoredBucket> model = new TreeMap<>();
        BucketGroup group = new BucketGroup();

        for (int step = 0; step < 500; step++) {
            // When
            String limitId = "limit-" + random.nextInt(40);
            StoredBucket bucket = new StoredBucket(1, new TokenState(step, random.nextInt(9), 0));
            group.put(limitId, bucket);
            model.put(limitId, bucket);

            // Then
            BucketGroup read = BucketGroupCodec.group(BucketGroupCodec.encode(group));
            List<String> limitIds = new ArrayList<>();
            for (int i = 0; i < read.size(); i++) {
                limitIds.add(read.limitId(i));
                assertThat(read.bucket(i)).as("seed %d, step %d", SEED, step).isEqualTo(model.get(read.limitId(i)));
                assertThat(group.bucket(read.limitId(i))).isEqualTo(read.bucket(i));
            }
            assertThat(limitIds).as("seed %d, step %d", SEED, step).containsExactlyElementsOf(model.keySet());
        }
    }
}
