package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.MemoKey;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

final class StateKeysTest {
    @Test
    void shouldReadBackBucketKey_whenAccountAndScopeAreUnicode() {
        // Given
        BucketKey key = new BucketKey("acmé", "per-client", "acmé/团队\u001feu\u001f");

        // When
        Bytes bytes = StateKeys.of(key);

        // Then
        assertThat(StateKeys.bucketKey(bytes.get())).isEqualTo(key);
        assertThat(StateKeys.isMemo(bytes.get())).isFalse();
    }

    @Test
    void shouldTellMemosFromBuckets_whenNamesAreAlike() {
        // Given
        Bytes memo = StateKeys.of(new MemoKey("acme", "acme/b", "key"));

        // When / Then
        assertThat(StateKeys.isMemo(memo.get())).isTrue();
        assertThat(StateKeys.bucketKey(memo.get())).isNull();
    }

    @Test
    void shouldHoldBucketsOfOneAccountTogether_whenAnotherAccountBeginsAlike() {
        // Given
        Bytes own = StateKeys.of(new BucketKey("acme", "zzz", "acme/zzz"));
        Bytes other = StateKeys.of(new BucketKey("acme2", "a", "acme2"));

        // When / Then
        assertThat(own).isBetween(StateKeys.firstBucketOf("acme"), StateKeys.endOfBucketsOf("acme"));
        assertThat(other).isNotIn(own).isGreaterThan(StateKeys.endOfBucketsOf("acme"));
    }

    @Test
    void shouldSortPartitionEntriesBeforeAccounts_always() {
        // Given
        Bytes firstAccount = StateKeys.of(new BucketKey(" ", "l", ""));

        // When / Then
        assertThat(StateKeys.CLOCK).isLessThan(StateKeys.FIRST_OF_ACCOUNTS);
        assertThat(StateKeys.ruleset(Long.MAX_VALUE)).isLessThan(StateKeys.FIRST_OF_ACCOUNTS);
        assertThat(firstAccount).isGreaterThan(StateKeys.FIRST_OF_ACCOUNTS);
    }
}
