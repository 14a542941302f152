package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.gen.AccountCommandSamples;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** What the clean-up drops, and that no verdict shows when it ran. */
final class CleanUpTopologyTest extends TopologyTest {
    private static final String MORE = "{\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":10}";

    @Test
    void shouldDropOnlyFullBuckets_whenSwept() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme/idle"));
        topology.advance(59_000);
        topology.ask(AdmissionRequest.of("acme/busy").cost(3));
        topology.sweep();
        int before = accountEntries();

        // When
        topology.advance(1_000);
        topology.ask(AdmissionRequest.of("acme/busy").cost(0));
        topology.sweep();

        // Then
        assertThat(before).isEqualTo(2);
        assertThat(accountEntries()).isEqualTo(1);
        assertThat(topology.ask(AdmissionRequest.of("acme/busy").cost(1)).code())
                .isEqualTo(VerdictCode.DENY);
    }

    @Test
    void shouldDropAFullBucket_whenItsProfileHasChangedSince() throws Exception {
        // Given: full again, and in use a moment ago
        topology.activate(1, TopologyFixture.threePerClient().replace("10s", "10ms"));
        topology.ask(AdmissionRequest.of("acme/idle"));
        topology.advance(10);
        topology.ask(AdmissionRequest.of("acme/idle").cost(0));
        topology.sweep();
        int before = accountEntries();

        // When
        topology.change(AccountCommandSamples.of("acme", 0, new AccountCommand.SetOverride("per-client", MORE)));
        topology.sweep();

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(accountEntries()).isZero();
    }

    @Test
    void shouldCarryBucketsOver_whenRulesetChangesAndSweepComesBetween() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme").cost(3));

        // When the limit grows to 5: the three in use stay in use
        topology.activate(2, TopologyFixture.threePerClient().replace("\"burst\":3", "\"burst\":5"));
        topology.sweep();
        Verdict verdict = topology.ask(AdmissionRequest.of("acme").cost(2));

        // Then
        assertThat(verdict.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(verdict.details().decidingLimit().remaining()).isZero();
    }

    @Test
    void shouldNotShowWhenTheCleanUpRan_whenTermsChange() throws Exception {
        // Given: 3 of 3 are used, then 10 may be
        topology.activate(1, TopologyFixture.threePerClient());
        topology.ask(AdmissionRequest.of("acme/a").cost(3));
        topology.change(AccountCommandSamples.of("acme", 0, new AccountCommand.SetOverride("per-client", MORE)));

        topology.sweep();

        // When
        topology.change(AccountCommandSamples.of("acme", 1, new AccountCommand.SetOverride("per-client", null)));
        topology.advance(10_000);

        // Then
        AdmissionRequest.Builder one = AdmissionRequest.of("acme/a");
        assertThat(topology.ask(one).details().allowed()).isTrue();
        assertThat(topology.ask(one).details().retryAfterMillis()).isEqualTo(10_000);
    }

    private int accountEntries() {
        int entries = 0;
        try (KeyValueIterator<Bytes, byte[]> all = topology.store().range(Bytes.wrap(new byte[] {1}), null)) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                entries += entry.value == null ? 0 : 1;
            }
        }
        return entries;
    }
}
