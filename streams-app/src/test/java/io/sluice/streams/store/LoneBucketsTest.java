package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LogPosition;
import io.sluice.engine.ledger.PartitionClock;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ledger.StoredBucket;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that was written before there were shelves, opened again. */
final class LoneBucketsTest {
    private static final int ACCOUNTS = 3;
    private static final int LIMITS = 4;
    private static final int BUCKETS = 300;
    private static final byte[] CLOCK_BEFORE_SHELVES =
            ByteBuffer.allocate(9).put((byte) 1).putLong(77).array();

    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 16, /* unwrittenEntriesMax= */ 8, Runnable::run);
    private final KeyValueStore<Bytes, byte[]> below = fixture.below;
    private final PartitionStore store = fixture.store;
    private final Map<BucketKey, StoredBucket> stored = new HashMap<>();

    @BeforeEach
    void write() {
        for (int i = 0; i < BUCKETS; i++) {
            BucketKey key = new BucketKey("account-" + i % ACCOUNTS, "limit-" + i % LIMITS, "scope-" + i / LIMITS);
            stored.put(key, new StoredBucket(1, new TokenState(77, 1 + i, 0)));
        }
        stored.forEach((key, bucket) -> below.put(StateKeys.alone(key), StateValues.encode(bucket)));
        below.put(StateKeys.CLOCK, CLOCK_BEFORE_SHELVES);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A token an hour, for each limit. */
    private static Ruleset ruleset() throws Exception {
        String limits = IntStream.range(0, LIMITS)
                .mapToObj(i -> "{\"id\":\"limit-" + i
                        + "\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1000}")
                .collect(Collectors.joining(","));
        return RulesetCompiler.compile(1, DocumentTree.ofJson("{\"limits\":[" + limits + "]}"));
    }

    private List<Bytes> loneKeys() {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = below.all()) {
            entries.forEachRemaining(entry -> {
                if (StateKeys.loneBucketKey(entry.key.get()) != null) {
                    keys.add(entry.key);
                }
            });
        }
        return keys;
    }

    private Map<BucketKey, StoredBucket> visited(PartitionState state) {
        Map<BucketKey, StoredBucket> visited = new HashMap<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            state.visitBuckets("account-" + i, BUCKETS, visited::put);
        }
        return visited;
    }

    @Test
    void shouldFindEveryBucket_whenAskedForOneByOne() {
        // Given
        PartitionState state = new PartitionState(store);

        // When / Then
        assertThat(stored)
                .allSatisfy((key, bucket) -> assertThat(state.bucket(key)).isEqualTo(bucket));
        store.flushCache();
        assertThat(loneKeys()).isEmpty();
        assertThat(stored)
                .allSatisfy((key, bucket) -> assertThat(state.bucket(key)).isEqualTo(bucket));
        assertThat(state.bucket(new BucketKey("account-0", "limit-0", "nobody")))
                .isNull();
    }

    @Test
    void shouldVisitEveryBucket_whenTheyLieHereAndThere() {
        // Given
        PartitionState state = new PartitionState(store);
        BucketKey changed = stored.keySet().iterator().next();
        stored.put(changed, new StoredBucket(1, new TokenState(80, 2_000, 0)));
        assertThat(state.bucket(changed)).isNotNull();
        state.putBucket(changed, stored.get(changed));

        // When / Then
        assertThat(visited(state)).isEqualTo(stored);
        assertThat(visited(state)).isEqualTo(stored);
    }

    @Test
    void shouldPutAllOnTheirShelves_whenTheCleanUpHasGoneRound() throws Exception {
        // Given: one of them newer on its shelf
        PartitionState state = new PartitionState(store);
        BucketKey changed = new BucketKey("account-2", "limit-2", "scope-0");
        stored.put(changed, new StoredBucket(1, new TokenState(80, 500, 0)));
        state.putBucket(changed, stored.get(changed));
        StateSweep sweep = new StateSweep(
                state, new Ledger(state, RulesetTimeline.empty().activated(ruleset(), 0)), 50, account -> {});

        // When
        sweep.step();
        store.flushCache();
        int afterAStep = loneKeys().size();
        boolean mayBeAfterAStep = StateValues.mayHaveLoneBuckets(below.get(StateKeys.CLOCK));
        while (StateValues.mayHaveLoneBuckets(store.get(StateKeys.CLOCK))) {
            sweep.step();
        }
        store.flushCache();

        // Then
        assertThat(afterAStep).isEqualTo(BUCKETS - 50);
        assertThat(mayBeAfterAStep).isTrue();
        assertThat(loneKeys()).isEmpty();
        assertThat(visited(state)).isEqualTo(stored);
        assertThat(below.get(StateKeys.CLOCK))
                .isEqualTo(
                        StateValues.encodeClock(new LogPosition(LogPosition.NO_OFFSET, PartitionClock.at(77)), false));
    }

    @Test
    void shouldGoOn_whenTheCleanUpWasCutShort() throws Exception {
        // Given
        PartitionState first = new PartitionState(store);
        Ledger ledger = new Ledger(first, RulesetTimeline.empty().activated(ruleset(), 0));
        new StateSweep(first, ledger, 50, account -> {}).step();
        first.putPosition(new LogPosition(5, PartitionClock.at(78)));
        store.flushCache();
        store.clearCache();

        // When
        PartitionState second = new PartitionState(store);

        // Then
        assertThat(second.position()).isEqualTo(new LogPosition(5, PartitionClock.at(78)));
        assertThat(stored)
                .allSatisfy((key, bucket) -> assertThat(second.bucket(key)).isEqualTo(bucket));
    }

    @Test
    void shouldLookForNone_whenTheStoreIsNew() {
        // Given
        loneKeys().stream().skip(1).forEach(below::delete);
        below.delete(StateKeys.CLOCK);

        // When
        PartitionState state = new PartitionState(store);
        state.putPosition(new LogPosition(1, PartitionClock.at(5)));

        // Then
        assertThat(visited(state)).isEmpty();
        assertThat(store.get(StateKeys.CLOCK))
                .isEqualTo(StateValues.encodeClock(new LogPosition(1, PartitionClock.at(5)), false));
    }
}
