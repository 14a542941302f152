package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.IdempotencyRecordKey;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

final class StateKeysTest {
    @Test
    void shouldReadBackGroup_whenAccountAndScopeAreUnicode() {
        // Given
        BucketKey key = new BucketKey("acmé", "per-client", "acmé/团队\u001feu\u001f");

        // When
        byte[] group = StateKeys.of(BucketGroupKey.of(key)).get();

        // Then
        assertThat(StateKeys.bucketGroupKey(group)).isEqualTo(new BucketGroupKey("acmé", key.scope()));
        assertThat(StateKeys.isIdempotencyRecord(group)).isFalse();
    }

    @Test
    void shouldTellIdempotencyRecordsFromGroups_whenNamesAreAlike() {
        // Given
        Bytes idempotencyRecord = StateKeys.of(new IdempotencyRecordKey("acme", "acme/b", "key"));

        // When / Then
        assertThat(StateKeys.isIdempotencyRecord(idempotencyRecord.get())).isTrue();
        assertThat(StateKeys.bucketGroupKey(idempotencyRecord.get())).isNull();
    }

    @Test
    void shouldHoldGroupsOfOneAccountTogether_whenAnotherAccountBeginsAlike() {
        // Given
        Bytes own = StateKeys.of(new BucketGroupKey("acme", "acme/zzz"));
        Bytes other = StateKeys.of(new BucketGroupKey("acme2", "acme2"));

        // When / Then
        assertThat(own).isBetween(StateKeys.firstGroupOf("acme"), StateKeys.endOfGroupsOf("acme"));
        assertThat(other).isNotIn(own).isGreaterThan(StateKeys.endOfGroupsOf("acme"));
    }

    @Test
    void shouldReadBackHoldKeys_always() {
        // Given
        HoldKey key = new HoldKey("acmé", HoldKind.SLOTS, 0x0102030405060708L);

        // When
        byte[] hold = StateKeys.of(key).get();
        byte[] due = StateKeys.due(key, 77).get();

        // Then
        assertThat(HexFormat.of().formatHex(hold)).isEqualTo("61636dc3a9" + "00" + "6873" + "0102030405060708");
        assertThat(HexFormat.of().formatHex(due))
                .isEqualTo("61636dc3a9" + "00" + "6573" + "000000000000004d" + "0102030405060708");
        assertThat(StateKeys.holdKey(hold)).isEqualTo(key);
        assertThat(StateKeys.holdKey(due)).isNull();
        assertThat(StateKeys.holdKey(StateKeys.holdsOf("acmé").get())).isNull();
        assertThat(StateKeys.holdKey(StateKeys.ANY_HOLD.get())).isNull();
        assertThat(StateKeys.holdKey(
                        StateKeys.of(new BucketGroupKey("acmé", "h12345678")).get()))
                .isNull();
        assertThat(StateKeys.bucketGroupKey(hold)).isNull();
        assertThat(StateKeys.isIdempotencyRecord(hold)).isFalse();
        assertThat(StateKeys.dueHold(due)).isEqualTo(key);
        assertThat(StateKeys.dueMillis(due)).isEqualTo(77);
    }

    @Test
    void shouldSortDueEntriesByExpiryThenOffset_always() {
        // Given
        HoldKey first = new HoldKey("acme", HoldKind.RESERVATION, 9);
        HoldKey second = new HoldKey("acme", HoldKind.RESERVATION, 300);

        // When / Then
        assertThat(StateKeys.due(first, 255)).isLessThan(StateKeys.due(second, 255));
        assertThat(StateKeys.due(second, 255)).isLessThan(StateKeys.due(first, 256));
        assertThat(StateKeys.due(first, 1_700_000_000_000L))
                .isBetween(
                        StateKeys.firstDueOf("acme", HoldKind.RESERVATION),
                        StateKeys.endOfDueOf("acme", HoldKind.RESERVATION));
        assertThat(StateKeys.firstDueOf("acme", HoldKind.SLOTS))
                .isGreaterThan(StateKeys.endOfDueOf("acme", HoldKind.RESERVATION));
    }

    @Test
    void shouldSortPartitionEntriesBeforeAccounts_always() {
        // Given
        Bytes firstAccount = StateKeys.of(new BucketGroupKey(" ", ""));

        // When / Then
        assertThat(StateKeys.CLOCK).isLessThan(StateKeys.FIRST_OF_ACCOUNTS);
        assertThat(StateKeys.ruleset(Long.MAX_VALUE)).isLessThan(StateKeys.FIRST_OF_ACCOUNTS);
        assertThat(firstAccount).isGreaterThan(StateKeys.FIRST_OF_ACCOUNTS);
    }
}
