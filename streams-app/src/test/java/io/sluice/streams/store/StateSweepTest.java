package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.StoredBucket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clean-up beside changes that RocksDB does not have yet. */
final class StateSweepTest {
    private static final long NOW_MILLIS = 1_800_000_000_000L;
    private static final long LONG_AGO_MILLIS = NOW_MILLIS - 3_600_000;
    private static final BucketKey IDLE = bucketOf("acme");
    private static final BucketKey CHARGED = bucketOf("zeta");

    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 8, /* unwrittenEntriesMax= */ 2, Runnable::run);
    private final PartitionStore store = fixture.store;
    private Ledger ledger;
    private StateSweep sweep;

    @BeforeEach
    void open() throws Exception {
        Ruleset ruleset = RulesetCompiler.compile(
                1,
                Map.of(
                        "limits",
                        List.of(Map.of(
                                "id",
                                "per-client",
                                "scope",
                                "client",
                                "rate",
                                Map.of("tokens", 1, "per", "10s"),
                                "burst",
                                3))));
        // Then the judgement of a bucket reads its account's holds.
        store.put(StateKeys.ANY_HOLD, new byte[] {1});
        PartitionState state = fixture.state();
        ledger = new Ledger(state, RulesetTimeline.empty());
        ledger.activate(ruleset, LONG_AGO_MILLIS);
        ledger.advance(NOW_MILLIS, 1);
        sweep = new StateSweep(state, ledger, /* entriesMax= */ 100, new NoExpiries());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldKeepACharge_whenJudgingAnEntryBeforeItHasItWritten() {
        // Given: RocksDB has two buckets that are full again; one was charged since, in a transaction that is committed
        store.putBucket(IDLE, used(1, LONG_AGO_MILLIS));
        store.putBucket(CHARGED, used(1, LONG_AGO_MILLIS));
        fixture.commitOffset(1);
        store.putBucket(CHARGED, used(3, NOW_MILLIS));
        store.flushCache();

        // When: the hold counts of the first account take the place of a changed entry, so all changes are written
        for (int i = 0; i < 3; i++) {
            store.putBucket(bucketOf("more-" + i), used(1, NOW_MILLIS));
        }
        ledger.advance(NOW_MILLIS, 2);
        StateSweep.Step step = sweep.step(NOW_MILLIS);

        // Then
        assertThat(step).isEqualTo(new StateSweep.Step(2, 1));
        assertThat(store.bucket(IDLE)).isNull();
        assertThat(store.bucket(CHARGED)).isEqualTo(used(3, NOW_MILLIS));
    }

    private static BucketKey bucketOf(String account) {
        return new BucketKey(account, "per-client", account);
    }

    private static StoredBucket used(int tokens, long atMillis) {
        return new StoredBucket(1, new TokenState(atMillis, tokens, 0));
    }

    private static final class NoExpiries implements StateSweep.Expiries {
        @Override
        public void end(String account) {
            throw new AssertionError(account);
        }

        @Override
        public void endByRecord(HoldKey lease, String clientId) {
            throw new AssertionError(clientId);
        }
    }
}
